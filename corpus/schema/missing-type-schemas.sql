-- types whose schema does not exist
create domain positive as int check (value > 0);
alter type nosuch.t rename to x;
alter type nosuch.t add value 'x';
alter type nosuch.t owner to postgres;
alter domain nosuch.d drop not null;
alter domain nosuch.d rename to e;
alter domain public.d rename to e;
drop type nosuch.t;
drop domain nosuch.t;
drop type public.t, positive;
drop type if exists nosuch.t;
drop domain if exists nosuch.t, public.u, v;
create sequence nosuch.s;
