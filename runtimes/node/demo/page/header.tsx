/**
 * The search field, and whether the page is connected.
 */
import { useConnectionState, useZero } from '@rocicorp/zero/react'
import { useEffect } from 'react'
import type { View } from './atlas.tsx'

interface Props {
  readonly view: View
  readonly setView: (view: View) => void
}

/** How long after a fault of the servers the page connects again, in milliseconds. */
const RETRY_DELAY = 1000

/**
 * Zero's client connects again by itself after everything but an error that a server has reported, such as one that could
 * not reach the app's server while that was starting.
 */
const useReconnection = (): ReturnType<typeof useConnectionState> => {
  const zero = useZero()
  const connection = useConnectionState()
  useEffect(() => {
    if (connection.name !== 'error') return
    const timer = setTimeout(() => void zero.connection.connect(), RETRY_DELAY)
    return () => clearTimeout(timer)
  }, [zero, connection])
  return connection
}

export const Header = ({ view, setView }: Props) => {
  const connection = useReconnection()
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
