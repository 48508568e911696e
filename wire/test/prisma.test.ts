/**
 * Prisma's client against the server over SQLite and native PostgreSQL: the same answers. Its migrations are made by a program
 * that it downloads; the schema is written here as they would write it.
 */
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type Servers, startServers, url } from './servers.ts'

// what they have for `import` cannot be resolved
const require = createRequire(import.meta.url)
const { PrismaClientTsGenerator } =
  require('@prisma/client-generator-ts') as typeof import('@prisma/client-generator-ts')
const { getDMMF } = require('@prisma/get-dmmf') as typeof import('@prisma/get-dmmf')

const ROOT = join(import.meta.dirname, '../..')
const DATABASE = 'prisma'

const SCHEMA = `
generator client {
  provider = "prisma-client"
  output   = "./client"
}
datasource db {
  provider = "postgresql"
}
enum Mood {
  sad
  ok
}
model User {
  id    Int     @id @default(autoincrement())
  email String  @unique
  name  String?
  mood  Mood    @default(ok)
  posts Post[]
}
model Post {
  id       String   @id
  title    String
  views    BigInt   @default(0)
  price    Decimal? @db.Decimal(10, 2)
  meta     Json?
  tags     String[]
  raw      Bytes?
  created  DateTime @default(now())
  author   User     @relation(fields: [authorId], references: [id], onDelete: Cascade)
  authorId Int
  topics   Topic[]
}
model Topic {
  name  String @id
  posts Post[]
}
`

const TABLES = `
create type "Mood" as enum ('sad', 'ok');
create table "User" (id serial not null, email text not null, name text, mood "Mood" not null default 'ok',
  constraint "User_pkey" primary key (id));
create table "Post" (id text not null, title text not null, views bigint not null default 0, price decimal(10, 2), meta jsonb,
  tags text[], raw bytea, created timestamp(3) not null default current_timestamp, "authorId" integer not null,
  constraint "Post_pkey" primary key (id));
create table "Topic" (name text not null, constraint "Topic_pkey" primary key (name));
create table "_PostToTopic" ("A" text not null, "B" text not null, constraint "_PostToTopic_AB_pkey" primary key ("A", "B"));
create unique index "User_email_key" on "User" (email);
create index "_PostToTopic_B_index" on "_PostToTopic" ("B");
alter table "Post" add constraint "Post_authorId_fkey" foreign key ("authorId") references "User" (id) on delete cascade on update cascade;
alter table "_PostToTopic" add constraint "_PostToTopic_A_fkey" foreign key ("A") references "Post" (id) on delete cascade on update cascade;
alter table "_PostToTopic" add constraint "_PostToTopic_B_fkey" foreign key ("B") references "Topic" (name) on delete cascade on update cascade;
`

/** A model of the client, which is made when the test runs. */
// biome-ignore lint/suspicious/noExplicitAny: its types are made with it
type Model = Record<Method, (args?: object) => Promise<any>>
type Method =
  | 'aggregate'
  | 'count'
  | 'create'
  | 'createMany'
  | 'createManyAndReturn'
  | 'delete'
  | 'findMany'
  | 'groupBy'
  | 'update'
  | 'updateMany'
  | 'updateManyAndReturn'
  | 'upsert'
interface Client {
  readonly user: Model
  readonly post: Model
  readonly topic: Model
  $transaction<Outcome>(work: (client: Client) => Promise<Outcome>): Promise<Outcome>
  $queryRaw(text: TemplateStringsArray, ...values: unknown[]): Promise<unknown>
  $disconnect(): Promise<void>
}

let servers: Servers
let folder: string
let connect: (port: number) => Client
beforeAll(async () => {
  servers = await startServers('sqlite')
  await createDatabase(servers.native, DATABASE)
  folder = await mkdtemp(join(tmpdir(), 'orez-prisma-'))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const schemaPath = join(folder, 'schema.prisma')
  await new PrismaClientTsGenerator().generate({
    generator: {
      name: 'client',
      config: {},
      previewFeatures: [],
      binaryTargets: [],
      output: { value: join(folder, 'client'), fromEnvVar: null },
    },
    datamodel: SCHEMA,
    schemaPath,
    dmmf: await getDMMF({ datamodel: [[schemaPath, SCHEMA]] }),
    datasources: [{ name: 'db', provider: 'postgresql', activeProvider: 'postgresql' }],
    binaryPaths: {},
    version: '',
    otherGenerators: [],
  } as never)
  const { PrismaClient } = (await import(pathToFileURL(join(folder, 'client/client.ts')).href)) as {
    PrismaClient: new (options: object) => Client
  }
  connect = (port) => new PrismaClient({ adapter: new PrismaPg({ connectionString: url(port, DATABASE) }) })
  for (const port of [servers.native, servers.orez]) {
    const sql = postgres(url(port, DATABASE), { max: 1 })
    await sql.unsafe(TABLES)
    await sql.end()
  }
})
afterAll(async () => {
  await servers.server.stop()
  await rm(folder, { recursive: true, force: true })
})

const AT = new Date('2026-02-03T04:05:06.789Z')

const WORK: readonly (readonly [what: string, work: (client: Client) => Promise<unknown>])[] = [
  [
    'creates what belongs together',
    ({ user }) =>
      user.create({
        data: {
          email: 'a@b.c',
          posts: {
            create: [
              { id: 'p1', title: 'one', tags: ['x', 'y"'], meta: { a: [1, null] }, created: AT, price: '12.50' },
              { id: 'p2', title: 'two', views: 5n, raw: Uint8Array.of(0, 255), created: AT },
            ],
          },
        },
        include: { posts: { orderBy: { id: 'asc' } } },
      }),
  ],
  [
    'creates many',
    ({ user }) => user.createMany({ data: [{ email: '1' }, { email: '2' }, { email: '1' }], skipDuplicates: true }),
  ],
  [
    'returns what it creates',
    ({ user }) => user.createManyAndReturn({ data: [{ email: '3', mood: 'sad' }, { email: '4' }] }),
  ],
  [
    'connects many to many',
    ({ post }) =>
      post.update({
        where: { id: 'p1' },
        data: { topics: { connectOrCreate: ['t1', 't2'].map((name) => ({ where: { name }, create: { name } })) } },
        include: { topics: { orderBy: { name: 'desc' } } },
      }),
  ],
  [
    'filters by relations, letters and lists',
    ({ user }) =>
      user.findMany({
        where: {
          email: { contains: 'B.', mode: 'insensitive' },
          posts: { some: { title: { startsWith: 'o' }, tags: { has: 'x' } }, none: { views: { gt: 100 } } },
        },
        include: { posts: { orderBy: { title: 'desc' }, take: 1 }, _count: { select: { posts: true } } },
      }),
  ],
  [
    'filters by JSON',
    ({ post }) => post.findMany({ where: { meta: { path: ['a', '0'], equals: 1 } }, select: { id: true } }),
  ],
  [
    'filters by moments and enums',
    ({ post }) =>
      post.findMany({ where: { created: { lte: AT }, author: { mood: 'ok' } }, orderBy: [{ views: 'desc' }] }),
  ],
  [
    'counts by group',
    ({ post }) =>
      post.groupBy({
        by: ['authorId'],
        _sum: { views: true, price: true },
        _count: true,
        having: { views: { _sum: { gt: 1 } } },
      }),
  ],
  [
    'aggregates',
    ({ post }) =>
      post.aggregate({ _avg: { views: true }, _max: { created: true, price: true }, _count: { meta: true } }),
  ],
  [
    'changes many',
    ({ post }) =>
      post.updateMany({ where: { tags: { isEmpty: false } }, data: { views: { increment: 3 }, tags: { push: 'z' } } }),
  ],
  [
    'returns what it changes',
    ({ user }) => user.updateManyAndReturn({ where: { mood: 'sad' }, data: { name: 'Sad' } }),
  ],
  [
    'changes or creates',
    ({ user }) => user.upsert({ where: { email: 'a@b.c' }, update: { name: 'Bob' }, create: { email: 'a@b.c' } }),
  ],
  ['pages', ({ user }) => user.findMany({ cursor: { email: '2' }, orderBy: { id: 'asc' }, skip: 1, take: 1 })],
  [
    'tells which key is taken',
    ({ user }) => user.create({ data: { email: 'a@b.c' } }).catch(({ code, meta }) => [code, meta.modelName]),
  ],
  [
    'tells what is not there',
    ({ post }) => post.create({ data: { id: 'p3', title: '', authorId: 99 } }).catch(({ code }) => code),
  ],
  ['tells what is not found', ({ user }) => user.update({ where: { id: 99 }, data: {} }).catch(({ code }) => code)],
  [
    'commits a transaction',
    (client) =>
      client.$transaction(async ({ user }) => {
        await user.create({ data: { email: 'q' } })
        return user.count()
      }),
  ],
  [
    'rolls one back',
    async (client) => {
      const failing = client.$transaction(async ({ user }) => {
        await user.create({ data: { email: 'r' } })
        throw new Error('no')
      })
      return [await failing.catch(({ message }: Error) => message), await client.user.count()]
    },
  ],
  [
    'asks in SQL',
    (client) => client.$queryRaw`select count(*)::int as n, max(${'x'}::text) from "Post" where created <= ${AT}`,
  ],
  [
    'deletes with what belongs to it',
    async ({ user, post }) => [await user.delete({ where: { email: 'a@b.c' } }), await post.count()],
  ],
]

test('asks and changes', async () => {
  const clients = [connect(servers.native), connect(servers.orez)] as const
  for (const [what, work] of WORK) {
    const [native, orez] = [await work(clients[0]), await work(clients[1])]
    expect([what, orez]).toEqual([what, native])
  }
  for (const client of clients) await client.$disconnect()
})
