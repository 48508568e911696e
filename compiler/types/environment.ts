/** What the meaning of a value can depend on besides itself. */
import type { Settings } from '../bind/settings.ts'
import type { Catalog } from '../catalog/catalog.ts'

export interface Environment {
  readonly catalog: Catalog
  readonly settings: Settings
  /** Start of the transaction, in microseconds from 2000-01-01 00:00 UTC. */
  readonly now: bigint
}
