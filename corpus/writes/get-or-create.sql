-- What ON CONFLICT returns, read by the query around it
CREATE TABLE u (id serial PRIMARY KEY, name text UNIQUE, n int DEFAULT 0);
INSERT INTO u (name) VALUES ('a');
WITH ins AS (INSERT INTO u (name) VALUES ('a') ON CONFLICT (name) DO NOTHING RETURNING id, name)
SELECT id, name FROM ins UNION ALL SELECT id, name FROM u WHERE name = 'a' LIMIT 1;
WITH ins AS (INSERT INTO u (name) VALUES ('b') ON CONFLICT (name) DO NOTHING RETURNING id, name)
SELECT id, name FROM ins UNION ALL SELECT id, name FROM u WHERE name = 'b' LIMIT 1;
WITH ins AS (INSERT INTO u (name, n) VALUES ('a', 5), ('c', 1) ON CONFLICT (name) DO UPDATE SET n = u.n + excluded.n RETURNING *)
SELECT id > 0, name, n FROM ins ORDER BY name;
WITH ins AS (INSERT INTO u (name, n) VALUES ('a', 5), ('d', 1) ON CONFLICT (name) DO UPDATE SET n = u.n + excluded.n RETURNING *)
SELECT count(*), sum(n), (SELECT count(*) FROM u) FROM ins;
WITH ins AS (INSERT INTO u (name, n) VALUES ('d', 5) ON CONFLICT (name) DO UPDATE SET n = excluded.n RETURNING old.n AS before, new.n AS after)
SELECT * FROM ins;
SELECT name, n FROM u ORDER BY name;
CREATE TABLE parted (k int PRIMARY KEY, v text) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
INSERT INTO parted VALUES (1, 'one');
WITH ins AS (INSERT INTO parted VALUES (1, 'uno'), (11, 'eleven') ON CONFLICT (k) DO UPDATE SET v = excluded.v RETURNING k, v)
SELECT * FROM ins ORDER BY k;
WITH ins AS (INSERT INTO u (name) VALUES ('a'), ('e') ON CONFLICT DO NOTHING RETURNING id, name), more AS (INSERT INTO parted SELECT 15, name FROM ins RETURNING v)
SELECT (SELECT string_agg(name, ',') FROM ins), (SELECT string_agg(v, ',') FROM more);
SELECT k, v FROM parted ORDER BY k;
WITH ins AS (INSERT INTO u (name) VALUES ('a') ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id)
INSERT INTO parted SELECT 16, (SELECT count(*) FROM ins)::text RETURNING v;
WITH ins AS (INSERT INTO u (name) VALUES ('z'), ('z') ON CONFLICT (name) DO UPDATE SET n = 1 RETURNING id) SELECT * FROM ins;
WITH ins AS (INSERT INTO u (id, name) VALUES (1, 'new') ON CONFLICT (name) DO NOTHING RETURNING id) SELECT * FROM ins;
SELECT count(*) FROM u;
