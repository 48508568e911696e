/**
 * The places that match, a page of them.
 */
import { PAGE } from '../queries.ts'

export interface ListedPlace {
  readonly id: number
  readonly name: string
  readonly latitude: number
  readonly longitude: number
  readonly star?: unknown
  readonly country?: { readonly name: string; readonly flag: string } | undefined
}

interface Props {
  readonly places: readonly ListedPlace[]
  /** Whether the server has answered. */
  readonly isComplete: boolean
  readonly selected: number | undefined
  readonly onSelect: (id: number) => void
}

export const PlaceList = ({ places, isComplete, selected, onSelect }: Props) => (
  <section className="places" data-complete={isComplete}>
    {isComplete && places.length === 0 && <p className="empty">No place matches.</p>}
    <ul>
      {places.map((place) => (
        <li key={place.id}>
          <button
            type="button"
            data-place={place.id}
            className={place.id === selected ? 'current' : ''}
            onClick={() => onSelect(place.id)}
          >
            <b>{place.name}</b>
            {place.star !== undefined && <em>★</em>}
            <small>{place.country?.name}</small>
          </button>
        </li>
      ))}
    </ul>
    {places.length === PAGE && <p className="empty">The first {PAGE} places. Search for more.</p>}
  </section>
)
