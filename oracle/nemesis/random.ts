/** Numbers that a seed decides. */
export type Random = () => number

/** Mulberry32: the same seed, the same numbers from 0 to 1. */
export const randomFrom = (seed: number): Random => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A whole number from 0 to below a limit. */
export const below = (random: Random, limit: number): number => Math.floor(random() * limit)
