/** What the meaning of a value can depend on besides itself. */
import type { Settings } from '../bind/settings.ts'
import type { Catalog } from '../catalog/catalog.ts'

/** The state of sequences, which no transaction rolls back. Manual: "Sequence Manipulation Functions". */
export interface Sequences {
  next(sequence: number): bigint
  current(sequence: number): bigint
  last(): bigint
  set(sequence: number, value: bigint, called: boolean): bigint
}

export interface Environment {
  readonly catalog: Catalog
  readonly settings: Settings
  /** Start of the transaction, in microseconds from 2000-01-01 00:00 UTC. */
  readonly now: bigint
  readonly sequences?: Sequences
}
