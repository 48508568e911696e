-- pg_settings, and the errors of COPY's binary format.
select name, setting, unit, context, vartype, min_val, max_val, enumvals, boot_val, pending_restart from pg_settings where name in ('work_mem','wal_level','TimeZone','wal_sender_timeout','client_min_messages', 'server_version_num','DateStyle');
set work_mem = '8MB';
select setting, source from pg_settings where name = 'work_mem';
select count(*) from pg_settings;
SELECT EXTRACT(EPOCH FROM (setting || unit)::interval) * 1000 AS "walSenderTimeoutMs" FROM pg_settings WHERE name = 'wal_sender_timeout';
select name, short_desc, category from pg_settings where name like 'enable%' order by name;
copy (select 1, 'a'::text, null::int) to stdout (format binary, delimiter ',');
copy (select 1, 'a'::text, null::int) to stdout (format binary, null 'x');
copy (select 1, 'a'::text, null::int) to stdout (format binary, header);
copy (select 1, 'a'::text, null::int) to stdout (format binar);
