/**
 * The search field, and whether the page is connected.
 */
import { useConnectionState } from '@rocicorp/zero/react'
import type { View } from './atlas.tsx'

interface Props {
  readonly view: View
  readonly setView: (view: View) => void
}

export const Header = ({ view, setView }: Props) => {
  const connection = useConnectionState()
  const search = (text: string): void => {
    const { search: _, place: __, ...rest } = view
    setView(text === '' ? rest : { ...rest, search: text })
  }
  return (
    <header>
      <h1>
        Atlas<span> on orez</span>
      </h1>
      <input
        type="search"
        placeholder="Search 171,075 places"
        aria-label="Search places"
        value={view.search ?? ''}
        onChange={(event) => search(event.target.value)}
      />
      <output className={`connection ${connection.name}`} title={connection.name}>
        {connection.name === 'connected' ? 'live' : connection.name}
      </output>
    </header>
  )
}
