/** Oids of what the catalog keeps under the name of its table: constraints, indexes, defaults, triggers, labels. */

/** The first of them; those that the catalog gives itself stay far below. */
const FIRST = 1_000_000_000

const numbers = new Map<string, number>()

/** The same thing keeps its oid for as long as the process lives. */
export const oidOf = (kind: string, owner: number, name: string | number): number => {
  const key = `${kind} ${owner} ${name}`
  const known = numbers.get(key) ?? FIRST + numbers.size
  numbers.set(key, known)
  return known
}
