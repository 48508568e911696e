/** Random statements that change the schema, and those that open and end transactions. */
import fc, { type Arbitrary } from 'fast-check'
import { expression } from './expression.ts'
import { TABLES } from './schema.ts'
import { COLUMNS, LITERALS, TYPES } from './type.ts'

const tableName = fc.constantFrom(...TABLES)
const extra = fc.constantFrom('x1', 'x2')

const FIXED = [
  'create view v as select id, i, t from q where p',
  'create or replace view v as select id, i, t from q where p or i > 0',
  'drop view if exists v',
  'select * from v order by id',
  'insert into v (id, i) values (11, 5)',
  'create index extra on q (j)',
  'drop index if exists extra',
  'create sequence if not exists s start 5 increment -2',
  "select nextval('s')",
  'drop sequence if exists s',
  'alter table q rename to q2',
  'alter table q2 rename to q',
  'alter table q rename column t to t2',
  'alter table q rename column t2 to t',
  'alter table r drop constraint if exists r_j_fkey',
  'alter table r add foreign key (j) references q (id) on delete cascade',
  "alter type mood add value if not exists 'better' after 'ok'",
  'create table c as select id, i, n from q',
  'drop table if exists c',
  'create temp table r (id int primary key, i int)',
  'drop table r',
  'create domain small as int check (value < 100)',
  'drop domain if exists small cascade',
  'alter table q add column x1 small',
  'create function twice(int) returns int language sql immutable as $$ select $1 * 2 $$',
  'select id, twice(i) from q where i < 1000 order by id',
  'drop function if exists twice(int)',
  'create table part (id int, t text) partition by range (id)',
  'create table part_low partition of part for values from (0) to (5)',
  'insert into part select id, t from q where id < 5',
  'drop table if exists part',
] as const

/** A statement that defines something, or uses what another may have defined. */
export const definition: Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constantFrom(...FIXED), weight: 6 },
  {
    arbitrary: fc.tuple(tableName, extra).map(([table, name]) => `alter table ${table} drop column if exists ${name}`),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(
        tableName,
        extra,
        fc.constantFrom('int', 'text', 'numeric(8, 2)', 'jsonb'),
        fc.constantFrom('', ' default null', ' not null default 1'),
      )
      .map(([table, name, type, rest]) => `alter table ${table} add column if not exists ${name} ${type}${rest}`),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(tableName, fc.constantFrom(...TYPES))
      .chain(([table, type]) =>
        fc
          .tuple(
            fc.constantFrom(...COLUMNS[type]),
            fc.constantFrom(...LITERALS[type]),
            fc.constantFrom('set default', 'drop default', 'set not null', 'drop not null'),
          )
          .map(
            ([column, value, action]) =>
              `alter table ${table} alter column ${column} ${action}${action === 'set default' ? ` ${value}` : ''}`,
          ),
      ),
    weight: 3,
  },
  {
    arbitrary: fc.constantFrom(
      'alter table q alter column i type int8',
      'alter table q alter column n type numeric(30, 3)',
      'alter table r alter column t type varchar(2)',
      'alter table r alter column i type text using i::text',
      'alter table q alter column h type int',
      'alter table q alter column d type timestamp',
    ),
    weight: 1,
  },
  {
    arbitrary: expression('bool', 1, 'q').map((test) => `alter table q add check (${test.replaceAll('q.', '')})`),
    weight: 1,
  },
  {
    arbitrary: fc.constantFrom(
      'alter table q drop constraint if exists q_check',
      'alter table r add unique (id, i)',
      'alter table q drop constraint q_pkey cascade',
    ),
    weight: 1,
  },
)

/** A statement that begins or ends a transaction, or part of one. */
export const transaction: Arbitrary<string> = fc.constantFrom(
  'begin',
  'begin isolation level repeatable read',
  'commit',
  'commit and chain',
  'rollback',
  'savepoint a',
  'savepoint b',
  'rollback to a',
  'rollback to savepoint b',
  'release a',
)
