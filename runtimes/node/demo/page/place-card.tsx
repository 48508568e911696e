/**
 * One place: its name, which may be edited, its star, and the notes that visitors have left.
 */
import { useQuery, useZero } from '@rocicorp/zero/react'
import { type FormEvent, useState } from 'react'
import { mutators } from '../mutators.ts'
import { queries } from '../queries.ts'

export const PlaceCard = ({ id }: { id: number | undefined }) => {
  const [place] = useQuery(id !== undefined && queries.place({ id }))
  if (place === undefined) {
    return (
      <section className="card">
        <p className="empty">Choose a place to rename it, star it, or leave a note. Every open page follows.</p>
      </section>
    )
  }
  return (
    <section className="card" data-card={place.id}>
      <Name key={place.id} id={place.id} name={place.name} starred={place.star !== undefined} />
      <p>
        {[place.region?.name, place.country?.name].filter(Boolean).join(', ')}
        <br />
        <small>
          {Math.abs(place.latitude).toFixed(3)}° {place.latitude < 0 ? 'S' : 'N'},{' '}
          {Math.abs(place.longitude).toFixed(3)}° {place.longitude < 0 ? 'W' : 'E'}
        </small>
      </p>
      <Notes placeId={place.id} notes={place.notes} />
    </section>
  )
}

const Name = ({ id, name, starred }: { id: number; name: string; starred: boolean }) => {
  const zero = useZero()
  const [draft, setDraft] = useState<string>()
  const save = (): void => {
    const text = draft?.trim() ?? ''
    setDraft(undefined)
    if (text !== '' && text !== name) zero.mutate(mutators.place.rename({ id, name: text }))
  }
  const toggleStar = (): void => {
    zero.mutate(
      starred ? mutators.star.remove({ placeId: id }) : mutators.star.add({ placeId: id, createdAt: Date.now() }),
    )
  }
  return (
    <div className="name">
      <input
        aria-label="Name of the place"
        value={draft ?? name}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') setDraft(undefined)
        }}
      />
      <button type="button" className="star" aria-pressed={starred} aria-label="Star" onClick={toggleStar}>
        {starred ? '★' : '☆'}
      </button>
    </div>
  )
}

interface Note {
  readonly id: string
  readonly body: string
  readonly createdAt: number
}

const Notes = ({ placeId, notes }: { placeId: number; notes: readonly Note[] }) => {
  const zero = useZero()
  const [draft, setDraft] = useState('')
  const add = (event: FormEvent): void => {
    event.preventDefault()
    if (draft.trim() === '') return
    zero.mutate(mutators.note.add({ id: crypto.randomUUID(), placeId, body: draft, createdAt: Date.now() }))
    setDraft('')
  }
  return (
    <>
      <form onSubmit={add}>
        <input
          aria-label="New note"
          placeholder="Leave a note"
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
        />
        <button type="submit">Add</button>
      </form>
      <ul className="notes">
        {notes.map((note) => (
          <li key={note.id}>
            <span>{note.body}</span>
            <small>{new Date(note.createdAt).toLocaleString()}</small>
            <button
              type="button"
              aria-label="Delete note"
              onClick={() => zero.mutate(mutators.note.remove({ id: note.id }))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
