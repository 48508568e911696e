/** What Knex generates, over the atlas. */
import knex, { type Knex } from 'knex'

export const captureKnex = async (url: string): Promise<void> => {
  const db = knex({ client: 'pg', connection: url, pool: { min: 1, max: 1 } })
  try {
    await define(db)
    await fill(db)
    await ask(db)
    await change(db)
  } finally {
    await db.destroy()
  }
}

const define = async (db: Knex): Promise<void> => {
  await db.schema.createTable('country', (table) => {
    table.text('code').primary()
    table.text('name').notNullable()
    table.enu('continent', ['Africa', 'Americas', 'Asia', 'Europe', 'Oceania']).notNullable()
    table.double('area').notNullable().defaultTo(0)
    table.specificType('languages', 'text[]').notNullable().defaultTo('{}')
    table.integer('place_count').notNullable().defaultTo(0)
    table.comment('countries of the atlas')
  })
  await db.schema.createTable('place', (table) => {
    table.increments('id')
    table.string('name', 200).notNullable()
    table.text('country_code').notNullable().references('code').inTable('country').onDelete('CASCADE')
    table.float('latitude')
    table.decimal('longitude', 9, 5)
    table.boolean('is_capital').notNullable().defaultTo(false)
    table.unique(['country_code', 'name'])
    table.index(['country_code'], 'place_country')
  })
  await db.schema.createTable('note', (table) => {
    table.uuid('id').primary().defaultTo(db.fn.uuid())
    table.integer('place_id').unsigned().references('place.id').onDelete('SET NULL')
    table.text('body').notNullable()
    table.jsonb('tags')
    table.timestamps(true, true)
  })
  await db.schema.hasTable('note')
  await db.schema.hasColumn('note', 'body')
  await db('place').columnInfo()
  await db.schema.alterTable('country', (table) => {
    table.text('capital').nullable()
    table.bigInteger('population').defaultTo(0)
  })
  await db.schema.alterTable('country', (table) => {
    table.renameColumn('capital', 'seat')
  })
  await db.schema.alterTable('country', (table) => {
    table.dropColumn('seat')
    table.integer('place_count').nullable().alter()
  })
  await db.schema.createView('capital', (view) => {
    view.columns(['id', 'name'])
    view.as(db('place').select('id', 'name').where('is_capital', true))
  })
}

const fill = async (db: Knex): Promise<void> => {
  await db('country').insert([
    { code: 'FR', name: 'France', continent: 'Europe', area: 551_695, languages: ['French'] },
    { code: 'CH', name: 'Switzerland', continent: 'Europe', area: 41_284, languages: ['German', 'French'] },
    { code: 'JP', name: 'Japan', continent: 'Asia', area: 377_930, languages: ['Japanese'] },
  ])
  await db('place')
    .insert([
      { name: 'Paris', country_code: 'FR', latitude: 48.85, longitude: 2.3488, is_capital: true },
      { name: 'Lyon', country_code: 'FR', latitude: 45.75, longitude: 4.84671 },
      { name: 'Zürich', country_code: 'CH', latitude: null, longitude: 8.55 },
      { name: '東京', country_code: 'JP', latitude: 35.69, longitude: 139.69171, is_capital: true },
    ])
    .returning(['id', 'name'])
  await db('note').insert({
    id: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    place_id: 1,
    body: 'a \\ and a \' and a "',
    tags: { mood: 'good', stars: [4, 5] },
  })
  await db('country').insert({ code: 'FR', name: 'France!', continent: 'Europe' }).onConflict('code').merge(['name'])
  await db('country').insert({ code: 'JP', name: 'Nippon', continent: 'Asia' }).onConflict('code').ignore()
}

const ask = async (db: Knex): Promise<void> => {
  await db('country').select('*').orderBy('name')
  await db('place').first('id', 'name').where({ country_code: 'FR' }).orderBy('id')
  await db('place as p')
    .join('country as c', 'c.code', 'p.country_code')
    .leftJoin('note as n', 'n.place_id', 'p.id')
    .select('p.id', { country: 'c.name' }, 'n.body')
    .where('p.name', 'ilike', '%o%')
    .orWhereNotNull('n.body')
    .orderBy([{ column: 'p.id', order: 'desc' }])
    .limit(10)
    .offset(0)
  await db('place').count('* as places').avg('latitude as middle').groupBy('country_code').orderBy('places')
  await db('place').select('country_code').groupBy('country_code').havingRaw('count(*) > ?', [1])
  await db('place')
    .whereIn('country_code', db('country').select('code').where('area', '>', 100_000))
    .orderBy('id')
    .pluck('name')
  await db('place').whereBetween('id', [2, 3]).whereNot('name', 'Lyon').select('name')
  await db('country')
    .whereExists(db('place').select(db.raw('1')).whereRaw('place.country_code = country.code'))
    .orderBy('name')
  await db('country').select('name').whereRaw('? = any(languages)', ['French']).orderBy('name')
  await db('note')
    .whereJsonPath('tags', '$.mood', '=', 'good')
    .select('id')
    .catch(() => undefined)
  await db('note').whereJsonSupersetOf('tags', { mood: 'good' }).select('id')
  await db('place').select('name').rank('place_rank', 'id', 'country_code').orderBy('name')
  await db('country').select('name').union(db('place').select('name')).orderBy('name')
  await db
    .with('large', db('country').where('area', '>', 100_000))
    .select('name')
    .from('large')
    .orderBy('name')
  await db('country').distinctOn('continent').select('continent', 'name').orderBy(['continent', 'name'])
  await db('capital').count('id')
  await db('place').max('longitude as east').min('longitude as west').sum('longitude as total')
}

const change = async (db: Knex): Promise<void> => {
  await db.transaction(async (tx) => {
    await tx('place').where({ name: 'Paris' }).update({ name: 'Lutetia' }, ['id', 'name'])
    await tx('country').where('code', 'FR').increment('place_count', 2)
    await tx('place').where('id', 1).forUpdate().first()
    await tx.transaction(async (inner) => {
      await inner('note').where('place_id', 1).delete()
    })
  })
  await db
    .transaction(async (tx) => {
      await tx('place').delete()
      throw new Error('changed my mind')
    })
    .catch(() => undefined)
  await db('place').where('name', 'like', 'New %').delete().returning('name')
  await db('note').truncate()
  await db.schema.dropView('capital')
  await db.schema.alterTable('place', (table) => {
    table.dropIndex([], 'place_country')
    table.dropUnique(['country_code', 'name'])
    table.dropForeign('country_code')
  })
  await db.schema.renameTable('note', 'remark')
  await db.schema.dropTableIfExists('remark')
}
