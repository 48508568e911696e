-- Conditions of MERGE end at the first part that is not true.
CREATE TABLE mt (id int PRIMARY KEY, i int, h int2);
CREATE TABLE ms (id int PRIMARY KEY, i int, h int2, g float4);
INSERT INTO mt VALUES (1, 1, 1), (2, 2, 2), (3, 3, NULL), (4, NULL, 4);
INSERT INTO ms VALUES (1, 2147483647, NULL, 1.5), (2, 7, 3, 'Infinity'), (3, 2147483647, 3, NULL), (4, 5, NULL, 2), (5, 1, 1, 1);
MERGE INTO mt USING ms ON mt.id = ms.id WHEN MATCHED AND ms.g NOT IN (ms.h, ms.i::int2) THEN UPDATE SET i = -1 WHEN MATCHED AND ms.h > 0 AND ms.i::int2 > 0 THEN DELETE WHEN NOT MATCHED AND ms.h IS NOT NULL THEN INSERT VALUES (ms.id, ms.i, ms.h);
SELECT * FROM mt ORDER BY id;
MERGE INTO mt USING ms ON mt.id = ms.id WHEN MATCHED AND ms.h = 0 AND ms.i::int2 = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET h = 0;
MERGE INTO mt USING ms ON mt.id = ms.id WHEN MATCHED AND ms.h = 3 AND ms.i::int2 = 0 THEN DELETE WHEN MATCHED THEN UPDATE SET h = 1;
SELECT * FROM mt ORDER BY id;
SELECT id FROM ms WHERE g NOT IN (h, i::int2) ORDER BY id;
SELECT id FROM ms WHERE h > 0 AND i::int2 > 0 AND id <> 3 ORDER BY id;
DELETE FROM mt USING ms WHERE mt.id = ms.id AND ms.g NOT IN (ms.h, ms.i);
SELECT * FROM mt ORDER BY id;
MERGE INTO mt USING ms ON mt.id = ms.id WHEN MATCHED AND (ms.h, ms.i::int2) = (5, 5) THEN DELETE WHEN MATCHED AND ms.h BETWEEN 5 AND ms.i::int2 THEN DELETE WHEN MATCHED THEN UPDATE SET h = 9;
SELECT * FROM mt ORDER BY id;
SELECT id FROM ms WHERE (h, i::int2) = (5, 5);
SELECT id FROM ms WHERE h BETWEEN 5 AND i::int2;
