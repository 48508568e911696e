/** Of which table a column of a result is: what RowDescription says over SQLite is what native PostgreSQL says. */
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type Servers, startServers } from './servers.ts'

const DATABASE = 'origins'

const SCHEMA = `
  create table person (id int generated always as identity primary key, gone int, name text, age int);
  alter table person drop column gone;
  create table pet (person_id int references person, kind text, name text);
  create view grown as select id, name as called, age + 1 as next from person;
  create materialized view kept as select kind, count(*) as n from pet group by kind;
  create sequence counter;
  create table parts (a int, b int) partition by list (a);
  create table parts_1 partition of parts for values in (1);
  insert into person (name, age) values ('Ann', 3);
`

const QUERIES = [
  'select * from person',
  'select id, name || $$x$$, name as other, age::bigint, age::int, (age) from person',
  'select p.name, q.* from person p left join pet q on q.person_id = p.id',
  'select * from person join pet using (name)',
  'select * from person full join pet using (name)',
  'select id, called, next from grown',
  'select sub.id, sub.n from (select id, name as n from person) sub',
  'select c.id from (select id from (select * from person) inside) c',
  'with c as (select id, age * 2 as twice from person) select * from c',
  'with recursive r as (select 1 as n union all select n + 1 from r where n < 3) select n from r',
  'select id from person union all select person_id from pet',
  'select u.id from (select id from person union select person_id from pet) u',
  'select kind, count(*), max(name) from pet group by kind',
  'select kind, row_number() over (order by kind) from pet',
  'select distinct on (kind) kind, name from pet',
  'select * from kept',
  'select last_value, is_called from counter',
  'select g, x.* from generate_series(1, 2) g, lateral (select g + 1 as y) x',
  'select p, (p).name, p.* from person p',
  'select * from parts',
  'select * from (values (1)) v(a), person',
  'select oid, relname from pg_class limit 1',
  'select table_name from information_schema.tables limit 1',
  'select (select id from person limit 1)',
  'insert into pet values (1, $$cat$$, $$Tom$$) returning *, person_id + 1',
  'update person set age = 4 returning id, age, name || name',
  'update pet set kind = $$dog$$ from person p where p.id = person_id returning pet.kind, p.name',
  'delete from pet returning *',
  'select c.name::varchar(3), coalesce(c.name, c.name) from person c order by c.age',
]

let servers: Servers
let native: postgres.Sql
let orez: postgres.Sql

const connect = (port: number): postgres.Sql =>
  postgres({ host: '127.0.0.1', port, user: 'postgres', database: DATABASE, max: 1, onnotice: () => undefined })

beforeAll(async () => {
  servers = await startServers('sqlite')
  await createDatabase(servers.native, DATABASE)
  native = connect(servers.native)
  orez = connect(servers.orez)
  for (const sql of [native, orez]) await sql.unsafe(SCHEMA).simple()
})
afterAll(async () => {
  await Promise.all([native.end(), orez.end()])
  await servers.server.stop()
})

/** Each column with the name of its table, as oids are each server's own. */
const origins = async (sql: postgres.Sql, query: string): Promise<string[]> => {
  const { columns } = await sql.unsafe(query)
  const named = new Map<number, string>()
  for (const { table } of columns as unknown as { table: number }[]) {
    if (table === 0 || named.has(table)) continue
    const [row] = await sql`select relname from pg_class where oid = ${table}`
    named.set(table, String(row?.relname))
  }
  return columns.map((column) => {
    const { name, table, number } = column as unknown as { name: string; table: number; number: number }
    return `${name}: ${table === 0 ? 'computed' : named.get(table)} ${number}`
  })
}

test.each(QUERIES)('%s', async (query) => {
  expect(await origins(orez, query)).toEqual(await origins(native, query))
})
