-- Attributes of types that are mentioned only where nobody has read it yet.
create type job_spec as (identifier text, payload json, queue text, run_at timestamptz, priority smallint);
create function add_jobs(specs job_spec[]) returns setof int language plpgsql as $$ begin return query select coalesce(s.priority, 0)::int from unnest(specs) s; end $$;
create function add_sql(specs job_spec[]) returns setof text language sql as $$ select s.queue from unnest(specs) s $$;
alter type job_spec alter attribute priority type int;
alter type job_spec rename attribute queue to queue_name;
select * from add_jobs(array[row('a', '{}', 'q', null, 100000)::job_spec, row('b', null, null, null, null)::job_spec]);
select * from add_sql(array[row('a', '{}', 'q', null, 100000)::job_spec]);
create function late(s job_spec) returns text language plpgsql as $$ begin return s.queue_name || s.priority; end $$;
select late(row('a', null, 'q', null, 3));
alter type job_spec drop attribute identifier;
select late(row(null, 'q', null, 4)::job_spec);
alter type job_spec drop attribute run_at, add attribute note text;
select late(row(null, 'q', 5, 'note')::job_spec);
select * from add_jobs(array[row(null, 'q', 7, 'x')::job_spec]);
create table uses (id int, spec job_spec);
alter type job_spec alter attribute note type varchar;
alter type job_spec alter attribute missing type int;
