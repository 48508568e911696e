/**
 * Figures of one run, side by side, with their ratio and the goal it is held to.
 */
import { styleText } from 'node:util'
import type { Contender } from './stack.ts'

export interface Row {
  readonly what: string
  readonly unit: string
  readonly values: Readonly<Record<Contender, number>>
  /** The most that orez may take, as a multiple of native. */
  readonly goal: number
}

const number = (value: number): string => value.toFixed(value < 10 ? 2 : 0)

export const printRow = ({ what, unit, values, goal }: Row): void => {
  const ratio = values.orez / values.native
  const verdict = styleText(ratio <= goal ? 'green' : 'red', `${ratio.toFixed(2)} ×`)
  console.log(
    `${what.padEnd(34)} orez ${number(values.orez).padStart(8)} ${unit}   native ${number(values.native).padStart(8)} ${unit}   ${verdict} (goal ≤ ${goal} ×)`,
  )
}

/** A figure that stands by itself, in a unit, with the most it may be. */
export const printGoal = (what: string, value: number, goal: number, unit: string): void => {
  const verdict = styleText(value <= goal ? 'green' : 'red', `${value.toFixed(2)} ${unit}`)
  console.log(`${what.padEnd(44)} ${verdict} (goal ≤ ${goal} ${unit})`)
}

/** The value below which a part of the samples lie. */
export const percentile = (samples: readonly number[], part: number): number => {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN
}
