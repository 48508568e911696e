/** What TypeORM generates, over the atlas. Entities are schemas, as decorators are not part of the language yet. */
import { DataSource, EntitySchema, ILike, In, IsNull, LessThan, MoreThanOrEqual, Not } from 'typeorm'

interface Country {
  code: string
  name: string
  continent: string
  area: number
  languages: string[]
  places?: Place[]
}

interface Place {
  id: number
  name: string
  latitude: number
  longitude: number
  isCapital: boolean
  country: Country | null
  notes?: Note[]
}

interface Note {
  id: string
  body: string
  tags: Record<string, unknown> | null
  createdAt: Date
  updatedAt: Date
  deletedAt: Date | null
  version: number
  place: Place | null
}

const country = new EntitySchema<Country>({
  name: 'Country',
  tableName: 'country',
  columns: {
    code: { type: 'text', primary: true },
    name: { type: 'text' },
    continent: { type: 'enum', enum: ['Africa', 'Americas', 'Asia', 'Europe', 'Oceania'] },
    area: { type: 'double precision', default: 0 },
    languages: { type: 'text', array: true, default: '{}' },
  },
  relations: { places: { type: 'one-to-many', target: 'Place', inverseSide: 'country' } },
})

const place = new EntitySchema<Place>({
  name: 'Place',
  tableName: 'place',
  columns: {
    id: { type: 'int', primary: true, generated: 'increment' },
    name: { type: 'varchar', length: 200 },
    latitude: { type: 'double precision', nullable: true },
    longitude: { type: 'double precision', nullable: true },
    isCapital: { type: 'boolean', name: 'is_capital', default: false },
  },
  relations: {
    country: { type: 'many-to-one', target: 'Country', joinColumn: { name: 'country_code' }, onDelete: 'CASCADE' },
    notes: { type: 'one-to-many', target: 'Note', inverseSide: 'place' },
  },
  indices: [{ name: 'place_name', columns: ['name'] }],
  uniques: [{ name: 'place_unique', columns: ['name', 'country'] }],
  checks: [{ name: 'place_name_given', expression: `name <> ''` }],
})

const note = new EntitySchema<Note>({
  name: 'Note',
  tableName: 'note',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    body: { type: 'text' },
    tags: { type: 'jsonb', nullable: true },
    createdAt: { type: 'timestamptz', createDate: true, name: 'created_at' },
    updatedAt: { type: 'timestamptz', updateDate: true, name: 'updated_at' },
    deletedAt: { type: 'timestamptz', deleteDate: true, name: 'deleted_at' },
    version: { type: 'int', version: true },
  },
  relations: { place: { type: 'many-to-one', target: 'Place', joinColumn: { name: 'place_id' }, nullable: true } },
})

export const captureTypeorm = async (url: string): Promise<void> => {
  const source = new DataSource({
    type: 'postgres',
    url,
    entities: [country, place, note],
    installExtensions: false,
    extra: { max: 1 },
  })
  await source.initialize()
  try {
    await source.synchronize()
    // The second time there is nothing to do, which it finds out by asking the catalog.
    await source.synchronize()
    await fill(source)
    await ask(source)
    await change(source)
    await source.dropDatabase()
  } finally {
    await source.destroy()
  }
}

const fill = async (source: DataSource): Promise<void> => {
  const [france] = await source.getRepository(country).save([
    { code: 'FR', name: 'France', continent: 'Europe', area: 551_695, languages: ['French'] },
    { code: 'CH', name: 'Switzerland', continent: 'Europe', area: 41_284, languages: ['German', 'French'] },
    { code: 'JP', name: 'Japan', continent: 'Asia', area: 377_930, languages: ['Japanese'] },
  ])
  const places = source.getRepository(place)
  const paris = await places.save({
    name: 'Paris',
    latitude: 48.85,
    longitude: 2.35,
    isCapital: true,
    country: france ?? null,
  })
  await places.insert([
    { name: 'Lyon', latitude: 45.75, longitude: 4.85, country: { code: 'FR' } },
    { name: '東京', latitude: 35.69, longitude: 139.69, country: { code: 'JP' } },
  ])
  await source
    .getRepository(note)
    .save({ body: `It's "here" \\o/`, tags: { mood: 'good', stars: [4, 5] }, place: paris })
  await places.upsert({ id: 1, name: 'Lutetia', country: { code: 'FR' } }, ['id'])
  await source
    .createQueryBuilder()
    .insert()
    .into(country)
    .values({ code: 'FR', name: 'France!', continent: 'Europe', area: 1, languages: [] })
    .orIgnore()
    .execute()
}

const ask = async (source: DataSource): Promise<void> => {
  const places = source.getRepository(place)
  await places.find({ relations: { country: true, notes: true }, order: { id: 'ASC' } })
  await places.find({
    where: { name: ILike('%o%'), latitude: Not(IsNull()) },
    take: 5,
    skip: 0,
    order: { name: 'DESC' },
  })
  await places.findOne({ where: { id: In([1, 2, 3]), country: { continent: 'Europe' } }, order: { id: 'ASC' } })
  await places.findAndCount({ where: [{ latitude: LessThan(46) }, { longitude: MoreThanOrEqual(4) }], take: 2 })
  await places.countBy({ isCapital: true })
  await places.existsBy({ name: 'Lyon' })
  await places.sum('latitude')
  await places.average('longitude', { isCapital: false })
  await places
    .createQueryBuilder('p')
    .leftJoinAndSelect('p.country', 'c')
    .where('c.area > :area', { area: 100_000 })
    .andWhere((builder) => `p.id in ${builder.subQuery().select('n.place_id').from(note, 'n').getQuery()}`)
    .orderBy('p.name')
    .getMany()
  await places
    .createQueryBuilder('p')
    .select('p.country_code', 'code')
    .addSelect('count(*)', 'places')
    .groupBy('p.country_code')
    .having('count(*) >= :least', { least: 1 })
    .orderBy('code')
    .getRawMany()
  await source.getRepository(note).find({ withDeleted: true, loadRelationIds: true })
  await source.getRepository(country).findBy({ code: In(['FR', 'JP']) })
}

const change = async (source: DataSource): Promise<void> => {
  await source.transaction('REPEATABLE READ', async (manager) => {
    const found = await manager.findOneOrFail(place, { where: { name: 'Lyon' }, lock: { mode: 'pessimistic_write' } })
    found.name = 'Lugdunum'
    await manager.save(place, found)
    await manager.increment(country, { code: 'FR' }, 'area', 2.5)
  })
  await source
    .transaction(async (manager) => {
      await manager.delete(place, { name: '東京' })
      throw new Error('changed my mind')
    })
    .catch(() => undefined)
  const notes = source.getRepository(note)
  const first = await notes.findOneByOrFail({ place: { id: 1 } })
  first.body = 'changed'
  await notes.save(first)
  await notes.softDelete({ id: first.id })
  await notes.restore({ id: first.id })
  await notes.update({ id: first.id }, { tags: null })
  await source.createQueryBuilder().delete().from(note).where('place_id = :id', { id: 1 }).returning('id').execute()
  await source.getRepository(country).delete('CH')
}
