-- Frames at a distance of values that SQLite does not add: months, days in a time zone, numeric, interval, infinities; first, last and nth values over them; in_range
CREATE TABLE s (id int, g text, d date, ts timestamp, tz timestamptz, t time, ttz timetz, n numeric, i interval, f float8, v int);
INSERT INTO s VALUES
 (1, 'a', '2024-01-31', '2024-01-31 10:00', '2024-01-31 10:00+00', '01:00', '01:00+00', 1.5, '1 day', 1, 10),
 (2, 'a', '2024-02-29', '2024-02-29 10:00', '2024-02-29 10:00+00', '02:30', '02:30+01', 2.25, '1 month', 2, 20),
 (3, 'b', '2024-03-30', '2024-03-30 10:00', '2024-03-30 10:00+00', '03:15', '03:15+02', 2.75, '40 days', 'Infinity', 30),
 (4, 'b', '2024-03-31', '2024-03-31 10:00', '2024-03-31 12:00+00', '23:59', '23:59-03', 10, '1 year', '-Infinity', 40),
 (5, 'a', '2024-06-15', '2024-06-15 10:00', '2024-06-15 10:00+00', '12:00', '12:00+00', 'NaN', '2 years', 'NaN', 50),
 (6, 'c', 'infinity', 'infinity', 'infinity', NULL, NULL, 'Infinity', NULL, NULL, 60),
 (7, 'c', NULL, NULL, NULL, '12:30', '12:30+00', NULL, '-1 day', 3.5, 70);
SELECT id, sum(v) OVER (ORDER BY d RANGE BETWEEN '1 month' PRECEDING AND CURRENT ROW) FROM s ORDER BY id;
SELECT id, sum(v) OVER (ORDER BY d DESC RANGE BETWEEN '1 month' PRECEDING AND '1 month' FOLLOWING) FROM s ORDER BY id;
SELECT id, array_agg(id) OVER (ORDER BY ts NULLS FIRST RANGE BETWEEN '1 mon 2 days' PRECEDING AND '2 mon' FOLLOWING) FROM s ORDER BY id;
SELECT id, array_agg(id) OVER (PARTITION BY g ORDER BY ts RANGE BETWEEN UNBOUNDED PRECEDING AND '1 mon' PRECEDING) FROM s ORDER BY id;
SELECT id, array_agg(id) OVER (ORDER BY ts RANGE BETWEEN '1 mon' FOLLOWING AND UNBOUNDED FOLLOWING) FROM s ORDER BY id;
SELECT id, count(*) FILTER (WHERE v > 20) OVER (ORDER BY ts RANGE BETWEEN '2 mon' PRECEDING AND '1 mon' FOLLOWING EXCLUDE CURRENT ROW) FROM s ORDER BY id;
SELECT id, string_agg(g, ',') OVER (ORDER BY ts RANGE BETWEEN '2 mon' PRECEDING AND '1 mon' FOLLOWING EXCLUDE TIES) FROM s ORDER BY id;
SELECT id, sum(v) OVER (ORDER BY ts RANGE BETWEEN '2 mon' PRECEDING AND '1 mon' FOLLOWING EXCLUDE GROUP) FROM s ORDER BY id;
SELECT id, sum(v) OVER (ORDER BY n RANGE BETWEEN 0.75 PRECEDING AND 0.5 FOLLOWING) FROM s ORDER BY id;
SELECT id, array_agg(id) OVER (ORDER BY n DESC RANGE BETWEEN 'Infinity' PRECEDING AND 1 FOLLOWING) FROM s ORDER BY id;
SELECT id, array_agg(id) OVER (ORDER BY i RANGE BETWEEN '1 mon' PRECEDING AND '12 mon' FOLLOWING) FROM s ORDER BY id;
SELECT id, array_agg(id) OVER (ORDER BY ttz RANGE BETWEEN '2 hours' PRECEDING AND '3 hours' FOLLOWING) FROM s ORDER BY id;
SELECT id, array_agg(id) OVER (ORDER BY t RANGE BETWEEN '2 hours' PRECEDING AND '23 hours' FOLLOWING) FROM s ORDER BY id;
SELECT id, array_agg(id) OVER (ORDER BY f RANGE BETWEEN 1 PRECEDING AND 'Infinity' FOLLOWING) FROM s ORDER BY id;
SELECT id, array_agg(id) OVER (ORDER BY f RANGE BETWEEN 'Infinity' PRECEDING AND 'Infinity' PRECEDING) FROM s ORDER BY id;
SELECT id, first_value(id) OVER w, last_value(id) OVER w, nth_value(id, 2) OVER w FROM s WINDOW w AS (ORDER BY d RANGE BETWEEN '40 days' PRECEDING AND '40 days' FOLLOWING) ORDER BY id;
SELECT id, first_value(v) OVER (ORDER BY v RANGE BETWEEN 15 PRECEDING AND 5 PRECEDING), row_number() OVER (ORDER BY v RANGE BETWEEN 15 PRECEDING AND 5 PRECEDING) FROM s ORDER BY id;
SELECT g, sum(sum(v)) OVER (ORDER BY max(d) RANGE BETWEEN '3 months' PRECEDING AND CURRENT ROW) FROM s GROUP BY g ORDER BY g;
SELECT id, sum(v) OVER (ORDER BY d RANGE BETWEEN '1 month' PRECEDING AND CURRENT ROW) AS a, sum(v) OVER (ORDER BY id ROWS 1 PRECEDING) AS b, lag(v) OVER (ORDER BY id) AS c FROM s WHERE id < 6 ORDER BY a, id;
SELECT DISTINCT sum(v) OVER (ORDER BY date_trunc('month', d) RANGE BETWEEN '1 month' PRECEDING AND CURRENT ROW) AS a FROM s ORDER BY a;
WITH m AS (SELECT * FROM s WHERE d IS NOT NULL) SELECT id, avg(v) OVER (ORDER BY d RANGE '1 month' PRECEDING), (SELECT count(*) FROM m AS x WHERE x.id < m.id) FROM m ORDER BY id;
SELECT id, (SELECT max(q.c) FROM (SELECT sum(x.v) OVER (ORDER BY x.d RANGE BETWEEN '1 month' PRECEDING AND CURRENT ROW) AS c FROM s AS x WHERE x.id <= s.id) AS q) FROM s ORDER BY id;
SELECT id, sum(v) OVER (ORDER BY d RANGE BETWEEN '-1 month' PRECEDING AND CURRENT ROW) FROM s;
SELECT id, sum(v) OVER (ORDER BY n RANGE BETWEEN -1 PRECEDING AND CURRENT ROW) FROM s;
SELECT id, sum(v) OVER (ORDER BY n RANGE BETWEEN NULL PRECEDING AND CURRENT ROW) FROM s;
SELECT id, sum(v) OVER (ORDER BY g RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM s;
SELECT id, sum(v) OVER (ORDER BY d RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM s;
SELECT id, sum(v) OVER (ORDER BY v RANGE BETWEEN 1.5 PRECEDING AND CURRENT ROW) FROM s;
SELECT id, sum(v) OVER (ORDER BY v, d RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM s;
SELECT in_range(5, 3, 2, false, true), in_range(5::int8, 3::int8, 1::int8, false, true), in_range('2024-03-31'::date, '2024-02-29'::date, '1 month', false, true);
SELECT in_range(1.5, 2.5, 'NaN', true, false);
SELECT in_range('1 month'::interval, 'infinity', 'infinity', true, false), in_range('NaN'::float8, 1, 1, false, false), in_range(1, 'NaN'::float8, 1::float8, false, true);
SET TIME ZONE 'America/New_York';
SELECT id, sum(v) OVER (ORDER BY tz RANGE BETWEEN '30 days' PRECEDING AND CURRENT ROW) FROM s ORDER BY id;
