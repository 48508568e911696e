/**
 * Outlines of the countries for the map, thinned out to what a screen can show. From `world-countries` (ODbL).
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

type Position = readonly [longitude: number, latitude: number]
type Ring = readonly Position[]

interface GeoJson {
  readonly features: readonly {
    readonly geometry:
      | { readonly type: 'Polygon'; readonly coordinates: readonly Ring[] }
      | { readonly type: 'MultiPolygon'; readonly coordinates: readonly (readonly Ring[])[] }
  }[]
}

/** The rings of each country by its two-letter code, as flat lists of longitudes and latitudes. */
export type Outlines = Readonly<Record<string, readonly (readonly number[])[]>>

/** Points closer than this to the last one are left out, in degrees. */
const RESOLUTION = 0.12
/** Islands smaller than this are left out where there is something larger, in points. */
const SMALLEST = 6

const thin = (ring: Ring): number[] => {
  const points: number[] = []
  let [lastX, lastY] = [Number.NaN, Number.NaN]
  for (const [x, y] of ring) {
    if (Math.hypot(x - lastX, y - lastY) < RESOLUTION) continue
    points.push(Math.round(x * 100) / 100, Math.round(y * 100) / 100)
    ;[lastX, lastY] = [x, y]
  }
  return points
}

const read = async (folder: string, code: string): Promise<number[][]> => {
  const { features } = JSON.parse(await readFile(join(folder, `${code.toLowerCase()}.geo.json`), 'utf8')) as GeoJson
  const rings = features.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat(),
  )
  const thinned = rings.map(thin).filter((ring) => ring.length >= 6)
  const large = thinned.filter((ring) => ring.length >= 2 * SMALLEST)
  return large.length > 0 ? large : thinned
}

/** Reads them all; takes a moment. */
export const loadOutlines = async (): Promise<Outlines> => {
  const require = createRequire(import.meta.url)
  const countries = require('world-countries') as readonly { readonly cca2: string; readonly cca3: string }[]
  const folder = join(dirname(require.resolve('world-countries')), 'data')
  const outlines: Record<string, number[][]> = {}
  for (const { cca2, cca3 } of countries) outlines[cca2] = await read(folder, cca3).catch(() => [])
  return outlines
}
