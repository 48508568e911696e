/**
 * The atlas as Zero's clients see it.
 */
import { boolean, createBuilder, createSchema, json, number, relationships, string, table } from '@rocicorp/zero'

const country = table('country')
  .columns({
    code: string(),
    name: string(),
    officialName: string().from('official_name'),
    continent: string(),
    subregion: string().optional(),
    capital: string().optional(),
    flag: string(),
    area: number(),
    languages: json<string[]>(),
    placeCount: number().from('place_count'),
  })
  .primaryKey('code')

const region = table('region')
  .columns({ code: string(), countryCode: string().from('country_code'), name: string() })
  .primaryKey('code')

const place = table('place')
  .columns({
    id: number(),
    name: string(),
    countryCode: string().from('country_code'),
    regionCode: string().from('region_code').optional(),
    latitude: number(),
    longitude: number(),
    isCapital: boolean().from('is_capital'),
  })
  .primaryKey('id')

const star = table('star')
  .columns({ placeId: number().from('place_id'), createdAt: number().from('created_at') })
  .primaryKey('placeId')

const note = table('note')
  .columns({
    id: string(),
    placeId: number().from('place_id'),
    body: string(),
    createdAt: number().from('created_at'),
  })
  .primaryKey('id')

const placeRelationships = relationships(place, ({ one, many }) => ({
  country: one({ sourceField: ['countryCode'], destField: ['code'], destSchema: country }),
  region: one({ sourceField: ['regionCode'], destField: ['code'], destSchema: region }),
  star: one({ sourceField: ['id'], destField: ['placeId'], destSchema: star }),
  notes: many({ sourceField: ['id'], destField: ['placeId'], destSchema: note }),
}))

export const schema = createSchema({
  tables: [country, region, place, star, note],
  relationships: [placeRelationships],
})

export const zql = createBuilder(schema)

declare module '@rocicorp/zero' {
  interface DefaultTypes {
    schema: typeof schema
  }
}
