-- The times of the transaction and of the statement.
SELECT statement_timestamp() = now(), transaction_timestamp() = now(), CURRENT_TIMESTAMP = now();
BEGIN;
SELECT now() < statement_timestamp(), transaction_timestamp() = now();
SELECT statement_timestamp() = statement_timestamp();
CREATE TABLE ck (n int, at timestamptz DEFAULT now(), said timestamptz DEFAULT statement_timestamp());
INSERT INTO ck (n) VALUES (1);
INSERT INTO ck (n) VALUES (2);
SELECT count(DISTINCT at), count(DISTINCT said), bool_and(said > at) FROM ck;
COMMIT AND CHAIN;
SELECT bool_and(now() > at) FROM ck;
COMMIT;
PREPARE ck AS SELECT bool_and(now() > said), 'now'::timestamptz > '2020-01-01' FROM ck;
EXECUTE ck;
EXECUTE ck;
DROP TABLE ck;
SELECT clock_timestamp() >= now(), localtimestamp AT TIME ZONE 'UTC' = now();
