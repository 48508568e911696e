-- What arrays and rows are sorted, grouped and compared by.
CREATE TYPE pair AS (n int, word text);
CREATE TABLE a (id int, ints int[], texts text[], floats float8[], nums numeric[], dates date[], p pair, ps pair[], b bytea[], flags bool[]);
INSERT INTO a VALUES (1, '{1,2}', '{a,b}', '{1.5,-2}', '{1.0}', '{2024-01-01}', '(1,a)', '{"(1,a)"}', '{"\\x00","\\x01"}', '{t}'),
 (2, '{1}', '{a}', '{1.5}', '{1.00,2}', '{2023-01-01}', '(1,)', '{"(1,)","(2,b)"}', '{"\\x0001"}', '{f,NULL}'),
 (3, '{}', '{}', '{}', '{}', '{}', '(,a)', '{}', '{}', '{}'),
 (4, '{1,NULL}', '{a,NULL}', '{NaN}', '{NaN}', '{infinity}', NULL, NULL, NULL, NULL),
 (5, '{-1,7,9}', '{"a",""}', '{-0}', '{-1.5}', '{-infinity}', '(-3,zz)', '{NULL}', '{"\\x"}', '{f}'),
 (6, '{{1,2},{3,4}}', '{{a},{b}}', '{{0},{-1}}', '{Infinity}', NULL, '(1,B)', '{"(1,B)"}', '{"\\xff"}', '{f,t}'),
 (7, '[0:1]={1,2}', '{é,z}', '{Infinity}', '{1e100}', '{0001-01-01 BC}', '(2,é)', '{"(-1,x)"}', '{"\\x00"}', '{NULL}'),
 (8, '{1,2}', '{"a b"}', '{-Infinity}', '{1.000}', '{9999-12-31}', '(1,a)', '{"(1,a)"}', '{"\\x7f"}', '{t,t}');
SELECT id, ints FROM a ORDER BY ints, id;
SELECT id FROM a ORDER BY texts DESC, id;
SELECT id FROM a ORDER BY floats NULLS FIRST, id;
SELECT id FROM a ORDER BY dates, id;
SELECT id FROM a ORDER BY p, id;
SELECT id FROM a ORDER BY p DESC NULLS LAST, id;
SELECT id FROM a ORDER BY ps, id;
SELECT id FROM a ORDER BY b, id;
SELECT id FROM a ORDER BY flags, id;
SELECT id FROM a WHERE id <> 8 ORDER BY nums, id;
SELECT ints, count(*) FROM a GROUP BY ints ORDER BY ints;
SELECT DISTINCT p FROM a ORDER BY p;
SELECT p, min(id) FROM a GROUP BY p ORDER BY 2;
SELECT count(DISTINCT ints) FROM a;
SELECT id, rank() OVER (ORDER BY texts) FROM a ORDER BY 1;
SELECT ints FROM a UNION SELECT ints FROM a ORDER BY 1;
SELECT x.id, y.id FROM a x JOIN a y ON x.p = y.p AND x.id < y.id;
SELECT x.id, y.id FROM a x JOIN a y ON x.p < y.p ORDER BY 1, 2;
SELECT ROW(1, 'a'::text)::pair = ROW(1, 'a')::pair, ROW(1, NULL)::pair = ROW(1, NULL)::pair, ROW(1, NULL)::pair < ROW(2, NULL)::pair, ROW(1, NULL)::pair > ROW(1, 'z')::pair;
CREATE TABLE keyed (k int[] PRIMARY KEY, p pair UNIQUE);
INSERT INTO keyed VALUES ('{1}', '(1,a)'), ('{2}', '(1,b)');
INSERT INTO keyed VALUES ('{1}', '(9,a)');
INSERT INTO keyed VALUES ('{3}', '(1,b)');
INSERT INTO keyed VALUES ('{1}', '(9,a)') ON CONFLICT (k) DO UPDATE SET p = excluded.p RETURNING *;
CREATE INDEX ON keyed (p, k DESC);
SELECT * FROM keyed WHERE k = '{1}';
SELECT max(ints), min(texts) FROM a;
SELECT array_agg(id ORDER BY ints, id) FROM a;
CREATE TYPE odd AS (n int, j json);
SELECT ROW(1, '1')::odd = ROW(1, '1')::odd;
SELECT ROW(1, 'a')::pair = ROW(1, 'a');
SELECT ROW(1, 'a')::pair IN (ROW(2, 'b')::pair, ROW(1, 'a')::pair);
SELECT a.id FROM a WHERE p = (SELECT p FROM a WHERE id = 1) ORDER BY 1;
