-- The fields of set-returning functions as columns, and what subscribers ask for.
select json_each('{"a":1,"b":2}');
select (json_each('{"a":1,"b":2}')).key;
select (json_each('{"a":1,"b":2}')).*;
select (json_each('{"a":1,"b":2}')).*, generate_series(1,3);
select (json_each(j)).* from (values ('{"a":1}'::json),('{"b":2,"c":3}')) v(j);
select (json_each(json_agg(1)->0)).* ;
select (jsonb_each(jsonb_object_agg(k, v))).* from (values ('x',1),('y',2)) t(k,v);
select t.* , (each).key from (select 1 as a, json_each('{"q":1}') as each) t;
create publication pp for all tables; create table ppt(id int primary key, v text);
select (pg_get_publication_tables(variadic array_agg(pubname::text))).* from pg_publication where pubname in ('pp');
SELECT DISTINCT n.nspname, c.relname, gpt.attrs FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN ( SELECT (pg_get_publication_tables(VARIADIC array_agg(pubname::text))).* FROM pg_publication WHERE pubname IN ( 'pp' )) AS gpt ON gpt.relid = c.oid;
SELECT c.relreplident, c.relkind FROM pg_catalog.pg_class c INNER JOIN pg_catalog.pg_namespace n ON (c.relnamespace = n.oid) WHERE n.nspname = 'public' AND c.relname = 'ppt';
SELECT DISTINCT  (CASE WHEN (array_length(gpt.attrs, 1) = c.relnatts) THEN NULL ELSE gpt.attrs END)  FROM pg_publication p,  LATERAL pg_get_publication_tables(p.pubname) gpt,  pg_class c WHERE gpt.relid = 'ppt'::regclass AND c.oid = gpt.relid   AND p.pubname IN ( 'pp' );
SELECT a.attnum, a.attname, a.atttypid, a.attnum = ANY(i.indkey), a.attgenerated != '' FROM pg_catalog.pg_attribute a  LEFT JOIN pg_catalog.pg_index i       ON (i.indexrelid = pg_get_replica_identity_index('ppt'::regclass)) WHERE a.attnum > 0::pg_catalog.int2   AND NOT a.attisdropped    AND a.attrelid = 'ppt'::regclass ORDER BY a.attnum;
SELECT DISTINCT pg_get_expr(gpt.qual, gpt.relid)  FROM pg_publication p,  LATERAL pg_get_publication_tables(p.pubname) gpt WHERE gpt.relid = 'ppt'::regclass   AND p.pubname IN ( 'pp' );
SELECT DISTINCT pg_get_expr(gpt.qual, gpt.relid), gpt.attrs  FROM pg_publication p,  LATERAL pg_get_publication_tables(p.pubname) gpt;
SELECT DISTINCT P.pubname AS pubname FROM pg_publication P, LATERAL pg_get_publication_tables(P.pubname) GPT JOIN pg_subscription_rel PS ON (GPT.relid = PS.srrelid OR GPT.relid IN (SELECT relid FROM pg_partition_ancestors(PS.srrelid) UNION SELECT relid FROM pg_partition_tree(PS.srrelid))) JOIN pg_subscription S ON (S.oid = PS.srsubid), pg_class C JOIN pg_namespace N ON (N.oid = C.relnamespace) WHERE C.oid = GPT.relid AND P.pubname IN ('pub');
SELECT DISTINCT  (CASE WHEN (array_length(attrs, 1) = 2) THEN NULL ELSE attrs END) from (values ('1 2'::int2vector), ('1'), (null)) v(attrs);
