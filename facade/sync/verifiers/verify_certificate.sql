-- Recompute the counts and hash sums of a night from its Parquet files, and hold them against its
-- certificate. Needs DuckDB 1.3 or newer and nothing else:
--
--     duckdb -cmd "SET VARIABLE night = 'var/runs/000042'" < verify_certificate.sql
--
-- What differs is listed; the last statement fails where anything does. A record's hash is the md5
-- of its values, and a sum that of the first 15 hexadecimal digits of each hash: in whatever order
-- the rows lie, a missing, doubled or changed one shows. Signatures are for verify_certificate.py.

CREATE OR REPLACE TEMP TABLE certificate AS
SELECT content::JSON AS it FROM read_text(getvariable('night') || '/certificate.json');

-- What is certified: rows and sum of each table as read, and of each relation of the snapshot.
CREATE OR REPLACE TEMP TABLE certified AS
SELECT 'current/' || t.key AS part,
       (t.value ->> '$.rows')::BIGINT AS n,
       split_part(t.value ->> '$.digest', ':', 2) AS total,
       (t.value -> '$.columns')::VARCHAR[] AS columns
FROM certificate, json_each(it -> '$.tables') t
UNION ALL
SELECT 'snapshot/' || s.key, (s.value ->> '$[0]')::BIGINT, s.value ->> '$[1]', NULL
FROM certificate, json_each(it -> '$.entities') e, json_each(e.value -> '$.snapshot') s;

-- The hash of a raw row: the lengths of its texts in bytes, each with a comma behind it and nothing
-- before it for NULL, and then the texts. A record of the snapshot carries its own.
CREATE OR REPLACE MACRO named(name) AS '"' || replace(name, '"', '""') || '"';
CREATE OR REPLACE MACRO text_of(value) AS '''' || replace(value, '''', '''''') || '''';
CREATE OR REPLACE MACRO hash_of(columns) AS coalesce(
    'md5(concat('
    || array_to_string(list_transform(columns, lambda c: 'strlen(' || named(c) || '), '','''), ', ')
    || ', ' || array_to_string(list_transform(columns, lambda c: named(c)), ', ') || '))',
    'hash');

-- The rows of a relation: those of its data, less the positions that are gone, and those added.
SET VARIABLE layered = (
    SELECT coalesce(list(parse_dirpath(file)), []) FROM glob(getvariable('night') || '/*/*/gone.parquet'));
CREATE OR REPLACE MACRO parquet_of(folder, file) AS
    'read_parquet(' || text_of(folder || '/' || file) || ', hive_partitioning = false';
CREATE OR REPLACE MACRO rows_of(folder) AS
    CASE WHEN list_contains(getvariable('layered'), folder) THEN
        '(SELECT b.* EXCLUDE (file_row_number) FROM '
        || parquet_of(folder, 'data.parquet') || ', file_row_number = true) b WHERE NOT EXISTS'
        || ' (SELECT 1 FROM ' || parquet_of(folder, 'gone.parquet') || ') g'
        || ' WHERE g.position = b.file_row_number) UNION ALL BY NAME SELECT * FROM '
        || parquet_of(folder, 'added.parquet') || '))'
    ELSE parquet_of(folder, 'data.parquet') || ')' END;

SET VARIABLE recompute = (
    SELECT string_agg(
        'SELECT ' || text_of(part) || ' AS part, count(*) AS n,'
        || ' coalesce(sum((''0x'' || left(' || hash_of(columns) || ', 15))::BIGINT), 0)::VARCHAR AS total'
        || ' FROM ' || rows_of(getvariable('night') || '/' || part),
        ' UNION ALL ')
    FROM certified);

CREATE OR REPLACE TEMP TABLE found AS FROM query(getvariable('recompute'));

-- And every file, whole: of raw rows and changes some may be kept no longer.
CREATE OR REPLACE TEMP TABLE certified_files AS
SELECT f.key AS part, f.value ->> '$' AS digest
FROM certificate, json_each(it -> '$.files') f;

CREATE OR REPLACE TEMP TABLE found_files AS
SELECT substr(filename, strlen(getvariable('night')) + 2) AS part, sha256(content) AS digest
FROM read_blob([getvariable('night') || '/**/*.parquet', getvariable('night') || '/night.json']);

CREATE OR REPLACE TEMP TABLE differing AS
SELECT part, c.n || ' rows, sum ' || c.total AS certified, f.n || ' rows, sum ' || f.total AS found
FROM certified c LEFT JOIN found f USING (part)
WHERE (c.n, c.total) IS DISTINCT FROM (f.n, f.total)
UNION ALL
SELECT part, c.digest, f.digest
FROM certified_files c FULL JOIN found_files f USING (part)
WHERE c.digest IS DISTINCT FROM f.digest
  AND NOT (f.digest IS NULL AND regexp_matches(part, '^(raw|changes)/'));

FROM differing ORDER BY part;

SELECT CASE WHEN count(*) = 0
            THEN 'agrees: ' || (SELECT count(*) FROM certified) || ' relations and '
                 || (SELECT count(*) FROM found_files) || ' files'
            ELSE error('the night is not what was certified: ' || string_agg(part, ', ' ORDER BY part))
       END AS verdict
FROM differing;
