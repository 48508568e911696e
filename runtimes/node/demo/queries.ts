/**
 * What a client may ask for. The page and the server share these: the client sends a name and arguments.
 */
import { defineQueries, defineQuery } from '@rocicorp/zero'
import { z } from 'zod'
import { zql } from './schema.ts'

/** Places that one list shows. */
export const PAGE = 200

const filter = z.object({
  country: z.string().optional(),
  region: z.string().optional(),
  /** Part of a name, in any case. */
  search: z.string().max(100).optional(),
  starred: z.boolean().optional(),
})

/** LIKE's wildcards stand for themselves in a search. */
const literally = (text: string): string => text.replaceAll(/[\\%_]/g, (c) => `\\${c}`)

export const queries = defineQueries({
  countries: defineQuery(() => zql.country.orderBy('name', 'asc')),
  regions: defineQuery(z.object({ country: z.string() }), ({ args }) =>
    zql.region.where('countryCode', args.country).orderBy('name', 'asc'),
  ),
  /** Without a filter: the capitals. */
  places: defineQuery(filter, ({ args }) => {
    let places = zql.place
    if (args.country !== undefined) places = places.where('countryCode', args.country)
    if (args.region !== undefined) places = places.where('regionCode', args.region)
    if (args.search !== undefined) places = places.where('name', 'ILIKE', `%${literally(args.search)}%`)
    if (Object.keys(args).length === 0) places = places.where('isCapital', true)
    if (args.starred === true) places = places.whereExists('star')
    return places.orderBy('name', 'asc').limit(PAGE).related('star').related('country')
  }),
  place: defineQuery(z.object({ id: z.number() }), ({ args }) =>
    zql.place
      .where('id', args.id)
      .related('country')
      .related('region')
      .related('star')
      .related('notes', (notes) => notes.orderBy('createdAt', 'desc'))
      .one(),
  ),
})
