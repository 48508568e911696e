-- What is found without the name of its schema.
select count(*) from pg_collation where not pg_collation_is_visible(oid);
select count(*) filter (where pg_opclass_is_visible(oid)) = count(*) from pg_opclass;
select count(*) filter (where pg_opfamily_is_visible(oid)) = count(*) from pg_opfamily;
select count(*) filter (where pg_conversion_is_visible(oid)) = count(*) from pg_conversion;
select bool_and(pg_ts_config_is_visible(oid)) from pg_ts_config;
select bool_and(pg_ts_dict_is_visible(oid)) from pg_ts_dict;
select bool_and(pg_ts_parser_is_visible(oid)), (select bool_and(pg_ts_template_is_visible(oid)) from pg_ts_template) from pg_ts_parser;
select pg_collation_is_visible(1), pg_collation_is_visible(null), pg_opclass_is_visible(0);
