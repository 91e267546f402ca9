-- What the TMS told of an order stands in the order's own row; an order without a status has no shipment.
SELECT ORD_NO, CO_CD, SHP_STAT, CARR_CD, TRK_NO, TRK_URL, PU_STMP, DL_STMP, DEL_FL, UPD_STMP
FROM ORDHDR
WHERE SHP_STAT IS NOT NULL AND SHP_STAT <> '  '
