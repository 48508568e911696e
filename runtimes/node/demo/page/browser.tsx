/**
 * Countries, and the regions of the one that is open.
 */
import { useQuery } from '@rocicorp/zero/react'
import { queries } from '../queries.ts'
import type { View } from './atlas.tsx'

interface Country {
  readonly code: string
  readonly name: string
  readonly flag: string
  readonly continent: string
  readonly capital?: string | null
  readonly languages: readonly string[]
  readonly placeCount: number
}

interface Props {
  readonly countries: readonly Country[]
  readonly view: View
  readonly setView: (view: View) => void
}

export const Browser = ({ countries, view, setView }: Props) => {
  const search = view.search === undefined ? {} : { search: view.search }
  const open = countries.find((country) => country.code === view.country)
  return (
    <nav>
      <button
        type="button"
        className={view.country === undefined && !view.starred ? 'current' : ''}
        onClick={() => setView(search)}
      >
        <b>The world</b>
      </button>
      <button
        type="button"
        className={view.starred ? 'current' : ''}
        onClick={() => setView({ ...search, starred: true })}
      >
        <b>★ Starred places</b>
      </button>
      {open === undefined ? (
        <ul>
          {countries.map((country) => (
            <li key={country.code}>
              <button
                type="button"
                data-country={country.code}
                onClick={() => setView({ ...search, country: country.code })}
              >
                <i>{country.flag}</i> {country.name} <small>{country.placeCount.toLocaleString('en')}</small>
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <OpenCountry country={open} view={view} setView={setView} />
      )}
    </nav>
  )
}

const OpenCountry = ({ country, view, setView }: { country: Country; view: View; setView: Props['setView'] }) => {
  const [regions] = useQuery(queries.regions({ country: country.code }))
  const inCountry =
    view.search === undefined ? { country: country.code } : { country: country.code, search: view.search }
  return (
    <>
      <section className="country">
        <h2>
          <i>{country.flag}</i> {country.name}
        </h2>
        <p>{[country.capital, country.continent, country.languages.join(', ')].filter(Boolean).join(' · ')}</p>
      </section>
      <ul>
        <li>
          <button
            type="button"
            className={view.region === undefined ? 'current' : ''}
            onClick={() => setView(inCountry)}
          >
            All regions <small>{country.placeCount.toLocaleString('en')}</small>
          </button>
        </li>
        {regions.map((region) => (
          <li key={region.code}>
            <button
              type="button"
              data-region={region.code}
              className={view.region === region.code ? 'current' : ''}
              onClick={() => setView({ ...inCountry, region: region.code })}
            >
              {region.name}
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
