-- one
-- ['A1  ', 'B2  ', 'C001    ']
SELECT CAST(CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([b].[NO] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([b].[NO] AS nvarchar(max))) = 1 THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([b].[NO] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([b].[NO] AS nvarchar(max)) END AS nvarchar(33)) AS f0, CAST(CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([b].[NAME] AS nvarchar(max))) = 1 OR (CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([b].[NAME] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([b].[NAME] AS nvarchar(max)) END AS nvarchar(161)) AS f1, CONVERT(varchar(23), [b].[CHANGED], 121) AS f2, CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([rep].[SAYS] AS nvarchar(max))) = 1 OR (CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([rep].[SAYS] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([rep].[SAYS] AS nvarchar(max)) END AS f3 
FROM dbo.[CUSTMAST] AS b LEFT OUTER JOIN dbo.[REPS] AS rep ON [rep].[REP] = [b].[REP] 
WHERE [b].[REP] IN (?, ?) AND [b].[NO] = ?

-- page
-- [100, 'A1  ', 'B2  ', '2024-06-01 12:00:00.003', '2024-06-01 12:00:00.003', 'C001']
SELECT TOP (?) CAST(CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([b].[NO] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([b].[NO] AS nvarchar(max))) = 1 THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([b].[NO] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([b].[NO] AS nvarchar(max)) END AS nvarchar(33)) AS f0, CAST(CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([b].[NAME] AS nvarchar(max))) = 1 OR (CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([b].[NAME] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([b].[NAME] AS nvarchar(max)) END AS nvarchar(161)) AS f1, CONVERT(varchar(23), [b].[CHANGED], 121) AS f2, CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([rep].[SAYS] AS nvarchar(max))) = 1 OR (CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([rep].[SAYS] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([rep].[SAYS] AS nvarchar(max)) END AS f3 
FROM dbo.[CUSTMAST] AS b LEFT OUTER JOIN dbo.[REPS] AS rep ON [rep].[REP] = [b].[REP] 
WHERE [b].[REP] IN (?, ?) AND ([b].[CHANGED] <= ? AND ([b].[CHANGED] < ? OR [b].[NO] > ?) OR [b].[CHANGED] IS NULL) ORDER BY CASE WHEN ([b].[CHANGED] IS NULL) THEN 1 ELSE 0 END, [b].[CHANGED] DESC, [b].[NO] ASC

-- page behind bytes
-- [100, 'A1  ', 'B2  ', b'C\x00\x00\x00']
SELECT TOP (?) CAST(CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([b].[NO] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([b].[NO] AS nvarchar(max))) = 1 THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([b].[NO] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([b].[NO] AS nvarchar(max)) END AS nvarchar(33)) AS f0, CAST(CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([b].[NAME] AS nvarchar(max))) = 1 OR (CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([b].[NAME] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([b].[NAME] AS nvarchar(max)) END AS nvarchar(161)) AS f1, CONVERT(varchar(23), [b].[CHANGED], 121) AS f2, CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([rep].[SAYS] AS nvarchar(max))) = 1 OR (CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([rep].[SAYS] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([rep].[SAYS] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([rep].[SAYS] AS nvarchar(max)) END AS f3 
FROM dbo.[CUSTMAST] AS b LEFT OUTER JOIN dbo.[REPS] AS rep ON [rep].[REP] = [b].[REP] 
WHERE [b].[REP] IN (?, ?) AND [b].[NO] > CAST(? AS NVARCHAR(4000)) ORDER BY [b].[NO] ASC

-- stamps
-- []
SELECT CAST(CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([b].[NO] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([b].[NO] AS nvarchar(max))) = 1 THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([b].[NO] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([b].[NO] AS nvarchar(max)) END AS nvarchar(33)) AS [NO], NCHAR(1) + CONVERT(varchar(max), CAST([b].[VER] AS varbinary(max)), 2) AS [VER] FROM [dbo].[CUSTMAST] [b]

-- rows of keys
-- ['C001', 'C002']
SELECT CAST(CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([b].[NO] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([b].[NO] AS nvarchar(max))) = 1 THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([b].[NO] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([b].[NO] AS nvarchar(max)) END AS nvarchar(33)) AS [NO], CAST(CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([b].[NAME] AS nvarchar(max))) = 1 OR (CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([b].[NAME] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([b].[NAME] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([b].[NAME] AS nvarchar(max)) END AS nvarchar(161)) AS [NAME], CONVERT(varchar(23), [b].[CHANGED], 121) AS [CHANGED], NCHAR(1) + CONVERT(varchar(max), CAST([b].[VER] AS varbinary(max)), 2) AS [VER], CAST(CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST([b].[REP] AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST([b].[REP] AS nvarchar(max))) = 1 OR (CAST([b].[REP] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST([b].[REP] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([b].[REP] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST([b].[REP] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST([b].[REP] AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST([b].[REP] AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST([b].[REP] AS nvarchar(max)) END AS nvarchar(17)) AS [REP] FROM [dbo].[CUSTMAST] [b] WHERE ([b].[NO] IN (?, ?))

-- count
-- []
SELECT CAST(count(*) AS CHAR(20)) FROM [dbo].[CUSTMAST] [b]

-- a query
-- []
SELECT CONVERT(varchar(41), [b].[NO]) AS [NO], CONVERT(varchar(10), [b].[CHANGED], 23) AS [CHANGED] FROM (SELECT NO, CHANGED FROM dbo.OLD) [b]

-- how a query is described
-- ['SELECT NO, CHANGED FROM dbo.OLD']

        SELECT name, system_type_name + COALESCE(' collate ' + collation_name, ''),
            CASE WHEN system_type_name LIKE '%char(%' AND max_length > 0 THEN CONVERT(varchar(5),
                CASE WHEN system_type_name LIKE 'n%' THEN max_length / 2 ELSE max_length END) END,
            CASE is_nullable WHEN 0 THEN '0' ELSE '1' END
        FROM sys.dm_exec_describe_first_result_set(?, NULL, 0)
        WHERE is_hidden = 0 ORDER BY column_ordinal

-- bigint
CONVERT(varchar(41), x)

-- bit
CONVERT(varchar(41), x)

-- decimal(38,10)
CONVERT(varchar(41), x)

-- money
CONVERT(varchar(40), x, 2)

-- smallmoney
CONVERT(varchar(40), x, 2)

-- float
CONVERT(varchar(40), x, 3)

-- real
CONVERT(varchar(40), x, 3)

-- date
CONVERT(varchar(10), x, 23)

-- time(7)
CONVERT(varchar(16), x, 121)

-- smalldatetime
CONVERT(varchar(19), x, 120)

-- datetime
CONVERT(varchar(23), x, 121)

-- datetime2(7)
CONVERT(varchar(27), x, 121)

-- datetimeoffset(7)
CONVERT(varchar(34), x, 121)

-- uniqueidentifier
CONVERT(varchar(36), x)

-- varchar(40) collate Latin1_General_CI_AS
CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST(x AS nvarchar(max))) = 1 THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST(x AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST(x AS nvarchar(max)) END

-- nvarchar(max)
CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST(x AS nvarchar(max))) = 1 OR (CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST(x AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST(x AS nvarchar(max)) END

-- text
CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST(CAST(x AS varchar(max)) AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST(CAST(x AS varchar(max)) AS nvarchar(max))) = 1 THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST(CAST(x AS varchar(max)) AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST(CAST(x AS varchar(max)) AS nvarchar(max)) END

-- ntext
CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST(x AS nvarchar(max))) = 1 OR (CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST(x AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST(x AS nvarchar(max)) END

-- xml
CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST(x AS nvarchar(max))) = 1 OR (CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST(x AS nvarchar(max)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST(x AS nvarchar(max)) AS varbinary(max)), 2) ELSE CAST(x AS nvarchar(max)) END

-- image
NCHAR(1) + CONVERT(varchar(max), CAST(x AS varbinary(max)), 2)

-- varbinary(16)
NCHAR(1) + CONVERT(varchar(max), CAST(x AS varbinary(max)), 2)

-- timestamp
NCHAR(1) + CONVERT(varchar(max), CAST(x AS varbinary(max)), 2)

-- hierarchyid
x.ToString()

-- sql_variant
CASE WHEN CAST(SQL_VARIANT_PROPERTY(x, 'BaseType') AS nvarchar(128)) IN ('money', 'smallmoney') THEN CONVERT(varchar(40), CAST(x AS money), 2) WHEN CAST(SQL_VARIANT_PROPERTY(x, 'BaseType') AS nvarchar(128)) IN ('float', 'real') THEN CONVERT(varchar(40), CAST(x AS float), 3) WHEN CAST(SQL_VARIANT_PROPERTY(x, 'BaseType') AS nvarchar(128)) IN ('date') THEN CONVERT(varchar(10), CAST(x AS date), 23) WHEN CAST(SQL_VARIANT_PROPERTY(x, 'BaseType') AS nvarchar(128)) IN ('time') THEN CONVERT(varchar(16), CAST(x AS time), 121) WHEN CAST(SQL_VARIANT_PROPERTY(x, 'BaseType') AS nvarchar(128)) IN ('datetime', 'smalldatetime') THEN CONVERT(varchar(23), CAST(x AS datetime), 121) WHEN CAST(SQL_VARIANT_PROPERTY(x, 'BaseType') AS nvarchar(128)) IN ('datetime2') THEN CONVERT(varchar(27), CAST(x AS datetime2), 121) WHEN CAST(SQL_VARIANT_PROPERTY(x, 'BaseType') AS nvarchar(128)) IN ('datetimeoffset') THEN CONVERT(varchar(34), CAST(x AS datetimeoffset), 121) WHEN CAST(SQL_VARIANT_PROPERTY(x, 'BaseType') AS nvarchar(128)) IN ('binary', 'varbinary') THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST(x AS varbinary(8000)) AS varbinary(max)), 2) WHEN DATALENGTH(x) > 4000 THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST(x AS varbinary(8000)) AS varbinary(max)), 2) ELSE CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST(x AS nvarchar(4000)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST(x AS nvarchar(4000))) = 1 OR (CAST(x AS nvarchar(4000)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST(x AS nvarchar(4000)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST(x AS nvarchar(4000)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST(x AS nvarchar(4000)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST(x AS nvarchar(4000)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST(x AS nvarchar(4000)) AS varbinary(max)), 2) ELSE CAST(x AS nvarchar(4000)) END END

-- geography
NCHAR(1) + CONVERT(varchar(max), CAST(x AS varbinary(max)), 2)

-- no type
CASE WHEN CAST(SQL_VARIANT_PROPERTY(CAST(x AS sql_variant), 'BaseType') AS nvarchar(128)) IN ('money', 'smallmoney') THEN CONVERT(varchar(40), CAST(CAST(x AS sql_variant) AS money), 2) WHEN CAST(SQL_VARIANT_PROPERTY(CAST(x AS sql_variant), 'BaseType') AS nvarchar(128)) IN ('float', 'real') THEN CONVERT(varchar(40), CAST(CAST(x AS sql_variant) AS float), 3) WHEN CAST(SQL_VARIANT_PROPERTY(CAST(x AS sql_variant), 'BaseType') AS nvarchar(128)) IN ('date') THEN CONVERT(varchar(10), CAST(CAST(x AS sql_variant) AS date), 23) WHEN CAST(SQL_VARIANT_PROPERTY(CAST(x AS sql_variant), 'BaseType') AS nvarchar(128)) IN ('time') THEN CONVERT(varchar(16), CAST(CAST(x AS sql_variant) AS time), 121) WHEN CAST(SQL_VARIANT_PROPERTY(CAST(x AS sql_variant), 'BaseType') AS nvarchar(128)) IN ('datetime', 'smalldatetime') THEN CONVERT(varchar(23), CAST(CAST(x AS sql_variant) AS datetime), 121) WHEN CAST(SQL_VARIANT_PROPERTY(CAST(x AS sql_variant), 'BaseType') AS nvarchar(128)) IN ('datetime2') THEN CONVERT(varchar(27), CAST(CAST(x AS sql_variant) AS datetime2), 121) WHEN CAST(SQL_VARIANT_PROPERTY(CAST(x AS sql_variant), 'BaseType') AS nvarchar(128)) IN ('datetimeoffset') THEN CONVERT(varchar(34), CAST(CAST(x AS sql_variant) AS datetimeoffset), 121) WHEN CAST(SQL_VARIANT_PROPERTY(CAST(x AS sql_variant), 'BaseType') AS nvarchar(128)) IN ('binary', 'varbinary') THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST(CAST(x AS sql_variant) AS varbinary(8000)) AS varbinary(max)), 2) WHEN DATALENGTH(CAST(x AS sql_variant)) > 4000 THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST(CAST(x AS sql_variant) AS varbinary(8000)) AS varbinary(max)), 2) ELSE CASE WHEN CHARINDEX(CAST(0x0000 AS nvarchar(1)) COLLATE Latin1_General_BIN2, CAST(CAST(x AS sql_variant) AS nvarchar(4000)) COLLATE Latin1_General_BIN2) > 0 OR UNICODE(CAST(CAST(x AS sql_variant) AS nvarchar(4000))) = 1 OR (CAST(CAST(x AS sql_variant) AS nvarchar(4000)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDF5D002500 AS nvarchar(7)) AND (CAST(CAST(x AS sql_variant) AS nvarchar(4000)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D005B005E0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST(CAST(x AS sql_variant) AS nvarchar(4000)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B0000D82D00FFDB5D00 AS nvarchar(6)) OR CAST(CAST(x AS sql_variant) AS nvarchar(4000)) COLLATE Latin1_General_BIN2 LIKE CAST(0x25005B005E0000D82D00FFDB5D005B0000DC2D00FFDF5D002500 AS nvarchar(13)) OR CAST(CAST(x AS sql_variant) AS nvarchar(4000)) COLLATE Latin1_General_BIN2 LIKE CAST(0x5B0000DC2D00FFDF5D002500 AS nvarchar(6)))) THEN NCHAR(1) + CONVERT(varchar(max), CAST(CAST(CAST(x AS sql_variant) AS nvarchar(4000)) AS varbinary(max)), 2) ELSE CAST(CAST(x AS sql_variant) AS nvarchar(4000)) END END

-- session
SET NOCOUNT ON

-- session
SET LANGUAGE us_english

-- session
SET DATEFORMAT ymd

-- session
SET ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT, CONCAT_NULL_YIELDS_NULL, QUOTED_IDENTIFIER ON

-- session
SET NUMERIC_ROUNDABORT OFF

-- session
SET ROWCOUNT 0

-- session
SET TEXTSIZE 2147483647

-- session
SET TRANSACTION ISOLATION LEVEL READ COMMITTED

-- session
SET DEADLOCK_PRIORITY LOW

-- describe

    SELECT c.name, COALESCE(t.name, TYPE_NAME(c.user_type_id))
        + CASE WHEN t.name IN ('decimal', 'numeric')
            THEN '(' + CONVERT(varchar(3), c.[precision]) + ',' + CONVERT(varchar(3), c.scale) + ')'
        WHEN t.name IN ('time', 'datetime2', 'datetimeoffset')
            THEN '(' + CONVERT(varchar(3), c.scale) + ')'
        WHEN t.name LIKE '%char' OR t.name LIKE '%binary' THEN '(' + CASE c.max_length
            WHEN -1 THEN 'max' ELSE CONVERT(varchar(5), CASE WHEN t.name LIKE 'n%'
                THEN c.max_length / 2 ELSE c.max_length END) END + ')' ELSE '' END
        + COALESCE(' collate ' + c.collation_name, ''),
        CASE WHEN t.name LIKE '%char' AND c.max_length > 0 THEN CONVERT(varchar(5),
            CASE WHEN t.name LIKE 'n%' THEN c.max_length / 2 ELSE c.max_length END) END,
        CASE c.is_nullable WHEN 0 THEN '0' ELSE '1' END
    FROM (SELECT CAST(? AS nvarchar(128)) AS named, CAST(? AS nvarchar(128)) AS kept_in) AS asked
    JOIN sys.columns AS c ON c.object_id = OBJECT_ID(QUOTENAME(COALESCE(NULLIF(kept_in, ''),
        SCHEMA_NAME())) + '.' + QUOTENAME(named))
    JOIN sys.objects AS o ON o.object_id = c.object_id AND o.type IN ('U', 'V')
    LEFT JOIN sys.types AS t ON t.user_type_id = c.system_type_id
    ORDER BY c.column_id

-- clock
SELECT CONVERT(varchar(26), CAST(SYSUTCDATETIME() AS datetime2(6)), 126)

-- grants

    SELECT CONVERT(varchar(10),
        (SELECT COUNT(*) FROM fn_my_permissions(NULL, 'DATABASE') WHERE permission_name IN
            ('INSERT', 'UPDATE', 'DELETE', 'ALTER', 'CONTROL', 'CREATE TABLE', 'TAKE OWNERSHIP'))
        + (SELECT COUNT(*) FROM sys.database_permissions WHERE class = 1 AND minor_id > 0
            AND state IN ('G', 'W') AND permission_name = 'UPDATE'
            AND (grantee_principal_id = DATABASE_PRINCIPAL_ID()
                OR IS_MEMBER(USER_NAME(grantee_principal_id)) = 1))
        + (SELECT COUNT(*) FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id
            CROSS APPLY (SELECT QUOTENAME(s.name) + '.' + QUOTENAME(o.name) AS whole) AS its
            WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 AND (HAS_PERMS_BY_NAME(its.whole, 'OBJECT', 'INSERT') = 1 OR HAS_PERMS_BY_NAME(its.whole, 'OBJECT', 'UPDATE') = 1 OR HAS_PERMS_BY_NAME(its.whole, 'OBJECT', 'DELETE') = 1)))

-- limit
SET LOCK_TIMEOUT {milliseconds}

-- nth
OFFSET {skipped} ROWS FETCH NEXT 1 ROWS ONLY

-- slow
WAITFOR DELAY '00:00:{seconds:02}'; SELECT 'late' AS told

-- own_session
SELECT CONVERT(varchar(10), @@SPID)

-- kill
KILL {number}
