/** The tables of the atlas, as type-safe query builders know them. */
import type { Generated } from 'kysely'

export interface AtlasTables {
  readonly country: {
    readonly code: string
    readonly name: string
    readonly continent: string
    readonly area: number
    readonly languages: Generated<string[]>
    readonly place_count: Generated<number>
  }
  readonly place: PlaceTable
  readonly capital: PlaceTable
  readonly note: {
    readonly id: Generated<string>
    readonly place_id: number | null
    readonly body: string
    readonly tags: string | null
    readonly created_at: Generated<Date>
  }
}

interface PlaceTable {
  readonly id: Generated<number>
  readonly name: string
  readonly country_code: string
  readonly latitude: number
  readonly longitude: number
  readonly is_capital: Generated<boolean>
}
