/**
 * The change log as it is written: every row that a transaction has changed, with its position in the log.
 */
import { useEffect, useState } from 'react'
import type { ChangeEvent } from '../change-event.ts'

/** Lines that are kept. */
const KEPT = 200

interface Line extends ChangeEvent {
  readonly key: number
}

export const ChangeLog = () => {
  const [lines, setLines] = useState<readonly Line[]>([])
  useEffect(() => {
    let key = 0
    const source = new EventSource('/api/changes')
    source.onmessage = (event: MessageEvent<string>) => {
      const line = { ...(JSON.parse(event.data) as ChangeEvent), key: key++ }
      setLines((before) => [line, ...before].slice(0, KEPT))
    }
    return () => source.close()
  }, [])
  return (
    <section className="log">
      <h2>Change log</h2>
      {lines.length === 0 && <p className="empty">Nothing yet. Change something, here or with psql.</p>}
      <ol>
        {lines.map((line) => (
          <li key={line.key} className={line.operation.toLowerCase()}>
            <code>{line.lsn}</code>
            <b>{line.operation}</b>
            <span>{line.table}</span>
            <Row row={line.row} />
          </li>
        ))}
      </ol>
    </section>
  )
}

const Row = ({ row }: { row: ChangeEvent['row'] }) => (
  <dl>
    {Object.entries(row).map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value ?? 'NULL'}</dd>
      </div>
    ))}
  </dl>
)
