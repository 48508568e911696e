/** Names for what lowering adds to a query. */
import type { Lowering } from './context.ts'

/** A name that no other part of the statement has. */
export const uniqueName = ({ serial }: Lowering, name: string): string => {
  serial.last++
  return `${name}$${serial.last}`
}
