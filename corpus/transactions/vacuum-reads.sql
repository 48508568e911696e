-- VACUUM and ANALYZE change nothing that a read-only transaction, or constraints that wait, would mind
create table t (a int primary key, b int references t deferrable initially deferred);
begin read only;
analyze t;
commit;
begin;
insert into t values (1, 2);
analyze t;
insert into t values (2, 1);
commit;
set default_transaction_read_only = on;
vacuum t;
analyze;
