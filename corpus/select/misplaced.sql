-- INTO and recursive references where they may not stand.
CREATE VIEW foo AS SELECT 1 INTO int4_tbl;
CREATE VIEW foo AS (SELECT 1 INTO int4_tbl) UNION SELECT 2;
CREATE MATERIALIZED VIEW foo AS SELECT 1 INTO int4_tbl;
with recursive x(col) as ( select 1 union (with x as (select * from x) select * from x) ) search depth first by col set seq select * from x;
with recursive x(col) as ( select 1 union (with y as (select * from x) select * from y) ) cycle col set c using p select * from x;
with recursive x(col) as ( select 1 union (select * from (select * from x) y) ) cycle col set c using p select * from x;
