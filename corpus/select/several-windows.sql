-- Windows of several orders, where no rows are equal
CREATE TABLE w (id int, g text, a int, b int);
INSERT INTO w VALUES (1, 'x', 3, 1), (2, 'x', 1, 2), (3, 'y', 2, 3), (4, 'y', 4, 4), (5, 'y', NULL, 5);
SELECT id, row_number() OVER (ORDER BY a), row_number() OVER (ORDER BY b DESC), lag(id) OVER (PARTITION BY g ORDER BY b) FROM w ORDER BY id;
SELECT id, lead(b) OVER (ORDER BY a NULLS FIRST), first_value(a) OVER (PARTITION BY g ORDER BY id), ntile(2) OVER (ORDER BY b) FROM w ORDER BY id;
SELECT id, lag(b, -1) OVER (ORDER BY a), sum(a) OVER (PARTITION BY g ORDER BY id) FROM w ORDER BY id;
SELECT id, nth_value(b, 2) OVER (PARTITION BY g ORDER BY a), rank() OVER (ORDER BY g) FROM w ORDER BY id;
SELECT id, row_number() OVER (ORDER BY g), rank() OVER (ORDER BY b) FROM w WHERE g = 'x' AND id = 1;
SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY g ORDER BY b DESC) AS latest, row_number() OVER (ORDER BY id) AS n FROM w) AS q WHERE latest = 1 ORDER BY n;
