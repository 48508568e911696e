/** What Drizzle generates, over the atlas; its DDL is drizzle-kit's. */
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api'
import {
  and,
  asc,
  avg,
  count,
  desc,
  eq,
  exists,
  gt,
  ilike,
  inArray,
  isNotNull,
  ne,
  or,
  relations,
  sql,
} from 'drizzle-orm'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import {
  alias,
  bigint,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  serial,
  text,
  timestamp,
  unionAll,
  unique,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core'
import pg from 'pg'

const continent = pgEnum('continent', ['Africa', 'Americas', 'Asia', 'Europe', 'Oceania'])

const country = pgTable('country', {
  code: text().primaryKey(),
  name: text().notNull(),
  continent: continent().notNull(),
  area: doublePrecision().notNull().default(0),
  languages: text().array().notNull().default([]),
  placeCount: integer('place_count').notNull().default(0),
})

const place = pgTable(
  'place',
  {
    id: serial().primaryKey(),
    name: varchar({ length: 200 }).notNull(),
    countryCode: text('country_code')
      .notNull()
      .references(() => country.code, { onDelete: 'cascade' }),
    latitude: doublePrecision(),
    isCapital: boolean('is_capital').notNull().default(false),
  },
  (table) => [
    index('place_country').on(table.countryCode, table.name),
    unique('place_unique').on(table.countryCode, table.name),
    check('place_name_given', sql`${table.name} <> ''`),
  ],
)

const note = pgTable('note', {
  id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  key: uuid().notNull().unique(),
  placeId: integer('place_id').references(() => place.id, { onDelete: 'set null' }),
  body: text().notNull(),
  tags: jsonb().$type<{ mood: string; stars: number[] }>(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

const countryRelations = relations(country, ({ many }) => ({ places: many(place) }))
const placeRelations = relations(place, ({ one, many }) => ({
  country: one(country, { fields: [place.countryCode], references: [country.code] }),
  notes: many(note),
}))
const noteRelations = relations(note, ({ one }) => ({
  place: one(place, { fields: [note.placeId], references: [place.id] }),
}))

const tables = { continent, country, place, note }
const schema = { ...tables, countryRelations, placeRelations, noteRelations }
type Db = NodePgDatabase<typeof schema>

export const captureDrizzle = async (url: string): Promise<void> => {
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  const db = drizzle(pool, { schema })
  try {
    for (const statement of await generateMigration(generateDrizzleJson({}), generateDrizzleJson(tables)))
      await db.execute(sql.raw(statement))
    await fill(db)
    await ask(db)
    await change(db)
  } finally {
    await pool.end()
  }
}

const fill = async (db: Db): Promise<void> => {
  await db.insert(country).values([
    { code: 'FR', name: 'France', continent: 'Europe', area: 551_695, languages: ['French'] },
    { code: 'CH', name: 'Switzerland', continent: 'Europe', area: 41_284, languages: ['German', 'French'] },
    { code: 'JP', name: 'Japan', continent: 'Asia', area: 377_930, languages: ['Japanese'] },
  ])
  await db
    .insert(place)
    .values([
      { name: 'Paris', countryCode: 'FR', latitude: 48.85, isCapital: true },
      { name: 'Lyon', countryCode: 'FR', latitude: 45.75 },
      { name: 'Zürich', countryCode: 'CH', latitude: null },
      { name: '東京', countryCode: 'JP', latitude: 35.6895, isCapital: true },
    ])
    .returning({ id: place.id, name: place.name })
  await db.insert(note).values({
    key: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    placeId: 1,
    body: 'It’s "here"',
    tags: { mood: 'good', stars: [4, 5] },
  })
  await db
    .insert(country)
    .values({ code: 'FR', name: 'France!', continent: 'Europe' })
    .onConflictDoUpdate({ target: country.code, set: { name: sql`excluded.name` }, setWhere: ne(country.name, 'x') })
  await db.insert(country).values({ code: 'JP', name: 'Nippon', continent: 'Asia' }).onConflictDoNothing()
}

const ask = async (db: Db): Promise<void> => {
  await db.select().from(country).orderBy(asc(country.name))
  await db
    .select({ id: place.id, country: country.name, body: note.body })
    .from(place)
    .innerJoin(country, eq(country.code, place.countryCode))
    .leftJoin(note, and(eq(note.placeId, place.id), isNotNull(note.body)))
    .where(or(ilike(place.name, '%o%'), eq(country.continent, 'Asia')))
    .orderBy(desc(place.id))
    .limit(10)
    .offset(0)
  await db
    .select({ code: place.countryCode, places: count(), middle: avg(place.latitude) })
    .from(place)
    .groupBy(place.countryCode)
    .having(({ places }) => gt(places, 1))
  await db.query.place.findMany({
    columns: { id: true, name: true },
    with: { country: { columns: { name: true } }, notes: { orderBy: [desc(note.createdAt)], limit: 2 } },
    where: inArray(place.id, [1, 2, 3]),
    orderBy: [asc(place.id)],
  })
  await db.query.country.findFirst({
    where: eq(country.code, 'FR'),
    with: { places: { extras: { upper: sql<string>`upper(${place.name})`.as('upper') } } },
  })
  const large = db.$with('large').as(db.select({ code: country.code }).from(country).where(gt(country.area, 100_000)))
  await db
    .with(large)
    .selectDistinct({ name: place.name })
    .from(place)
    .innerJoin(large, eq(large.code, place.countryCode))
    .orderBy(place.name)
  await db
    .select({ name: country.name })
    .from(country)
    .where(exists(db.select({ one: sql`1` }).from(place).where(eq(place.countryCode, country.code))))
    .orderBy(country.name)
  const other = alias(place, 'other')
  await db
    .select({ a: place.name, b: other.name })
    .from(place)
    .innerJoin(other, and(eq(other.countryCode, place.countryCode), gt(other.id, place.id)))
  await unionAll(db.select({ name: country.name }).from(country), db.select({ name: place.name }).from(place)).orderBy(
    sql`1`,
  )
  await db.select({ mood: sql<string>`${note.tags} ->> 'mood'` }).from(note)
  await db
    .selectDistinctOn([country.continent], { continent: country.continent, name: country.name })
    .from(country)
    .orderBy(country.continent, desc(country.area))
  await db.$count(place, eq(place.isCapital, true))
  const totals = db
    .select({ code: place.countryCode, total: count().as('total') })
    .from(place)
    .groupBy(place.countryCode)
    .as('totals')
  await db
    .select({ name: country.name, total: totals.total })
    .from(country)
    .leftJoin(totals, eq(totals.code, country.code))
    .orderBy(country.name)
}

const change = async (db: Db): Promise<void> => {
  await db.transaction(
    async (tx) => {
      await tx.update(place).set({ name: 'Lutetia' }).where(eq(place.name, 'Paris')).returning()
      await tx
        .update(country)
        .set({ placeCount: sql`${country.placeCount} + 1` })
        .where(eq(country.code, 'FR'))
      await tx
        .transaction(async (inner) => {
          await inner.delete(note)
          inner.rollback()
        })
        .catch(() => undefined)
      await tx.select().from(place).where(eq(place.id, 1)).for('update')
    },
    { isolationLevel: 'repeatable read' },
  )
  await db
    .update(place)
    .set({ name: sql`${place.name} || '!'` })
    .from(country)
    .where(and(eq(country.code, place.countryCode), eq(country.continent, 'Asia')))
  await db.delete(note).where(eq(note.placeId, 1)).returning({ id: note.id })
  await db.delete(country).where(eq(country.code, 'CH'))
}
