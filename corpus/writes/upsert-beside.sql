-- Upserts of a row that the statement changes elsewhere: refused
CREATE TABLE ub (k int PRIMARY KEY, v text);
INSERT INTO ub VALUES (1, 'a');
WITH x AS (INSERT INTO ub VALUES (2, 'b') RETURNING k) INSERT INTO ub VALUES (2, 'c') ON CONFLICT (k) DO UPDATE SET v = 'd' RETURNING *;
WITH x AS (INSERT INTO ub VALUES (1, 'b') ON CONFLICT (k) DO UPDATE SET v = 'x' RETURNING k, v) INSERT INTO ub VALUES (1, 'c') ON CONFLICT (k) DO UPDATE SET v = (SELECT v FROM x) RETURNING *;
SELECT * FROM ub ORDER BY k;
