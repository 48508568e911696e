-- What of a role's password is a secret already.
create role keeper password 'SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
select rolpassword from pg_authid where rolname = 'keeper';

-- what is no secret is a password itself
alter role keeper password 'SCRAM-SHA-256$4096:salt$stored:server';
select rolpassword = 'SCRAM-SHA-256$4096:salt$stored:server', rolpassword like 'SCRAM-SHA-256$4096:%', length(rolpassword) from pg_authid where rolname = 'keeper';
alter role keeper password 'SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$AAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
select rolpassword like '%$AAAA=:%', length(rolpassword) from pg_authid where rolname = 'keeper';
alter role keeper password 'SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0c2FsdA==$AAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
select rolpassword like '%$AAAA:%', length(rolpassword) from pg_authid where rolname = 'keeper';
alter role keeper password 'SCRAM-SHA-256$many:c2FsdHNhbHRzYWx0c2FsdA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
select rolpassword like '%$many:%', length(rolpassword) from pg_authid where rolname = 'keeper';
alter role keeper password 'SCRAM-SHA-1$4096:c2FsdHNhbHRzYWx0c2FsdA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';
select rolpassword like 'SCRAM-SHA-256$%', length(rolpassword) from pg_authid where rolname = 'keeper';
drop role keeper;
