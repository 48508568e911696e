/** What Kysely generates, over the atlas. */
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { AtlasTables } from './atlas.ts'

export const captureKysely = async (url: string): Promise<void> => {
  const db = new Kysely<AtlasTables>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) }),
  })
  try {
    await define(db)
    await fill(db)
    await ask(db)
    await change(db)
    await db.introspection.getTables()
    await db.introspection.getSchemas()
  } finally {
    await db.destroy()
  }
}

const define = async (db: Kysely<AtlasTables>): Promise<void> => {
  await db.schema
    .createTable('country')
    .addColumn('code', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('continent', 'text', (column) => column.notNull())
    .addColumn('area', 'double precision', (column) => column.notNull().defaultTo(0))
    .addColumn('languages', sql`text[]`, (column) => column.notNull().defaultTo(sql`'{}'`))
    .addColumn('place_count', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await db.schema
    .createTable('place')
    .ifNotExists()
    .addColumn('id', 'serial', (column) => column.primaryKey())
    .addColumn('name', 'varchar(200)', (column) => column.notNull())
    .addColumn('country_code', 'text', (column) => column.notNull().references('country.code').onDelete('cascade'))
    .addColumn('latitude', 'double precision', (column) => column.notNull())
    .addColumn('longitude', 'double precision', (column) => column.notNull())
    .addColumn('is_capital', 'boolean', (column) => column.notNull().defaultTo(false))
    .addCheckConstraint('place_name_given', sql`name <> ''`)
    .addUniqueConstraint('place_unique', ['country_code', 'name'])
    .execute()
  await db.schema
    .createTable('note')
    .addColumn('id', 'bigint', (column) => column.primaryKey().generatedAlwaysAsIdentity())
    .addColumn('place_id', 'integer', (column) => column.references('place.id').onDelete('set null'))
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('tags', 'jsonb')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute()
  await db.schema.createIndex('place_country').on('place').columns(['country_code', 'name']).execute()
  await db.schema.createIndex('note_place').on('note').column('place_id').execute()
  await db.schema.alterTable('country').addColumn('capital', 'text').execute()
  await db.schema
    .alterTable('country')
    .alterColumn('capital', (column) => column.setDefault(''))
    .execute()
  await db.schema.alterTable('country').renameColumn('capital', 'seat').execute()
  await db.schema.alterTable('country').dropColumn('seat').execute()
  await db.schema
    .createView('capital')
    .as(db.selectFrom('place').selectAll().where('is_capital', '=', true))
    .execute()
}

const fill = async (db: Kysely<AtlasTables>): Promise<void> => {
  await db
    .insertInto('country')
    .values([
      { code: 'FR', name: 'France', continent: 'Europe', area: 551_695, languages: ['French'] },
      { code: 'CH', name: 'Switzerland', continent: 'Europe', area: 41_284, languages: ['German', 'French'] },
      { code: 'JP', name: 'Japan', continent: 'Asia', area: 377_930, languages: ['Japanese'] },
    ])
    .execute()
  await db
    .insertInto('place')
    .values([
      { name: 'Paris', country_code: 'FR', latitude: 48.85341, longitude: 2.3488, is_capital: true },
      { name: 'Lyon', country_code: 'FR', latitude: 45.74846, longitude: 4.84671 },
      { name: 'Zürich', country_code: 'CH', latitude: 47.36667, longitude: 8.55 },
      { name: '東京', country_code: 'JP', latitude: 35.6895, longitude: 139.69171, is_capital: true },
    ])
    .returning(['id', 'name'])
    .execute()
  await db
    .insertInto('note')
    .values({ place_id: 1, body: 'It’s "here"', tags: JSON.stringify({ mood: 'good', stars: [4, 5] }) })
    .returningAll()
    .executeTakeFirstOrThrow()
  await db
    .insertInto('country')
    .values({ code: 'FR', name: 'France!', continent: 'Europe', area: 1 })
    .onConflict((conflict) => conflict.column('code').doUpdateSet((eb) => ({ name: eb.ref('excluded.name') })))
    .returning('name')
    .execute()
  await db
    .insertInto('country')
    .values({ code: 'JP', name: 'Nippon', continent: 'Asia', area: 1 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await db
    .insertInto('place')
    .columns(['name', 'country_code', 'latitude', 'longitude'])
    .expression((eb) =>
      eb
        .selectFrom('place')
        .select([sql<string>`'New ' || name`.as('name'), 'country_code', 'latitude', 'longitude'])
        .where('country_code', '=', 'FR'),
    )
    .execute()
}

const ask = async (db: Kysely<AtlasTables>): Promise<void> => {
  await db.selectFrom('country').selectAll().orderBy('name').execute()
  await db.selectFrom('place').select(['id', 'name as label']).where('id', 'in', [1, 2, 3]).orderBy('id').execute()
  await db
    .selectFrom('place')
    .innerJoin('country', 'country.code', 'place.country_code')
    .leftJoin('note', (join) => join.onRef('note.place_id', '=', 'place.id').on('note.body', 'is not', null))
    .select(['place.id', 'country.name as country', 'note.body'])
    .where((eb) => eb.or([eb('place.name', 'ilike', '%o%'), eb('country.continent', '=', 'Asia')]))
    .orderBy('place.id', 'desc')
    .limit(10)
    .offset(0)
    .execute()
  await db
    .selectFrom('place')
    .select(({ fn }) => ['country_code', fn.countAll<number>().as('places'), fn.avg<number>('latitude').as('middle')])
    .groupBy('country_code')
    .having(({ fn }) => fn.countAll(), '>', 1)
    .orderBy('country_code')
    .execute()
  await db
    .with('large', (query) => query.selectFrom('country').select('code').where('area', '>', 100_000))
    .selectFrom('place')
    .innerJoin('large', 'large.code', 'place.country_code')
    .select('place.name')
    .distinct()
    .orderBy('place.name')
    .execute()
  await db
    .selectFrom('place')
    .select((eb) => [
      'name',
      eb.case().when('latitude', '>', 46).then('north').else('south').end().as('side'),
      eb.fn.coalesce('country_code', eb.val('??')).as('code'),
      sql<number>`row_number() over (partition by country_code order by name)`.as('rank'),
    ])
    .orderBy('name')
    .execute()
  await db
    .selectFrom('country')
    .select('name')
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('place').select('place.id').whereRef('place.country_code', '=', 'country.code')),
    )
    .orderBy('name')
    .execute()
  await db
    .selectFrom('note')
    .select([sql`tags ->> 'mood'`.as('mood'), sql`tags -> 'stars' -> 0`.as('first')])
    .execute()
  await db.selectFrom('country').select('name').where(sql<boolean>`'French' = any(languages)`).orderBy('name').execute()
  await db.selectFrom('country').select('name').union(db.selectFrom('place').select('name')).orderBy('name').execute()
  await db.selectFrom('capital').select(sql`count(*)`.as('capitals')).execute()
  await db.selectFrom('place').selectAll().where('id', '=', 1).forUpdate().executeTakeFirst()
  await db
    .selectFrom('country')
    .distinctOn('continent')
    .select(['continent', 'name'])
    .orderBy('continent')
    .orderBy('area', 'desc')
    .execute()
}

const change = async (db: Kysely<AtlasTables>): Promise<void> => {
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('place')
      .set({ name: 'Lutetia' })
      .where('name', '=', 'Paris')
      .returning(['id', 'name'])
      .execute()
    await tx
      .updateTable('country')
      .set((eb) => ({ place_count: eb('place_count', '+', 1) }))
      .where('code', '=', 'FR')
      .execute()
  })
  await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await tx.deleteFrom('note').where('place_id', '=', 1).execute()
      throw new Error('changed my mind')
    })
    .catch(() => undefined)
  await db
    .updateTable('place')
    .from('country')
    .set((eb) => ({ name: sql<string>`${eb.ref('place.name')} || ', ' || ${eb.ref('country.name')}` }))
    .whereRef('country.code', '=', 'place.country_code')
    .where('country.continent', '=', 'Asia')
    .execute()
  await db.deleteFrom('place').where('name', 'like', 'New %').returning('name').execute()
  await db.deleteFrom('note').using('place').whereRef('place.id', '=', 'note.place_id').execute()
  await db.schema.dropView('capital').execute()
  await db.schema.dropIndex('note_place').execute()
  await db.schema.dropTable('note').ifExists().cascade().execute()
}
