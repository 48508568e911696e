/** Ordered-set and hypothetical-set aggregates. Manual: "Aggregate Functions"; after orderedsetaggs.c. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import type { Value } from '../tree/value.ts'
import { EMPTY_ARRAY, loadArray, storeArray } from '../types/array.ts'
import { codecOf } from '../types/codec.ts'
import { fromNumber, toNumber } from '../types/float.ts'
import { loadInterval, storeInterval } from '../types/interval.ts'
import type { AggregateFunction, Call } from './implementation.ts'
import { addIntervals, negateInterval, scaleInterval } from './interval.ts'

type Rows = readonly (readonly Value[])[]

/** Sorted input of an ordered-set aggregate, NULLs left out. */
const sorted = (rows: Rows): Value[] => rows.map(([value = null]) => value).filter((value) => value !== null)

const fractionOf = (value: Value): number => {
  const fraction = toNumber(value)
  if (fraction < 0 || fraction > 1 || Number.isNaN(fraction))
    throw new PgError('22003', `percentile value ${fraction} is not between 0 and 1`)
  return fraction
}

/** What is found at a fraction of sorted values, of which there is one at least. */
type Percentile = (call: Call, values: readonly Value[], fraction: number) => Value

/** A percentile at one fraction, or an array of those at several. */
const percentile = (find: Percentile): AggregateFunction => ({
  strict: false,
  result(this: Call, rows, [wanted = null]) {
    if (wanted === null) return null
    const values = sorted(rows)
    if (typeof wanted !== 'string' || !/^[[{]/.test(wanted)) {
      const fraction = fractionOf(wanted)
      return values.length === 0 ? null : find(this, values, fraction)
    }
    if (values.length === 0) return null
    const fractions = loadArray(wanted, 'float')
    if (fractions.elements.length === 0) return storeArray(EMPTY_ARRAY)
    const checked = fractions.elements.map((each) => (each === null ? null : fractionOf(each)))
    return storeArray({
      ...fractions,
      elements: checked.map((each) => (each === null ? null : find(this, values, each))),
    })
  },
})

/** Between two values, by how far from the first to the second. */
const interpolate = (call: Call, low: Value, high: Value, by: number): Value => {
  const type = call.catalog.type(call.result).element || call.result
  if (type === OID.float8) {
    const [from, to] = [toNumber(low), toNumber(high)]
    return fromNumber(from + by * (to - from))
  }
  if (type !== OID.interval) throw unsupported('percentile_cont() of this type')
  const [from, to] = [loadInterval(String(low)), loadInterval(String(high))]
  return storeInterval(addIntervals(scaleInterval(addIntervals(to, negateInterval(from)), by), from))
}

/** How the row that the direct arguments make up would stand among the others. */
interface Standing {
  /** How many rows come before it, are its peers, and how many different ones come before it. */
  readonly before: number
  readonly peers: number
  readonly distinct: number
  readonly all: number
}

const hypothetical = (result: (standing: Standing) => Value): AggregateFunction => ({
  strict: false,
  result: (rows, direct, compare) => {
    const order = rows.map((row) => compare(row, direct))
    const before = order.filter((each) => each < 0).length
    const isNew = (row: readonly Value[], at: number): boolean => at === 0 || compare(rows[at - 1] ?? [], row) !== 0
    return result({
      before,
      peers: order.filter((each) => each === 0).length,
      distinct: rows.slice(0, before).filter(isNew).length,
      all: rows.length,
    })
  },
})

export const orderedSetAggregates: Readonly<Record<string, AggregateFunction>> = {
  mode: {
    strict: false,
    result(this: Call, rows) {
      const codec = codecOf(this, this.args[0] ?? 0)
      const values = sorted(rows)
      let best: Value = null
      let [bestCount, count] = [0, 0]
      for (const [at, value] of values.entries()) {
        count = at > 0 && codec.compare(values[at - 1] ?? null, value, this) === 0 ? count + 1 : 1
        if (count > bestCount) [best, bestCount] = [value, count]
      }
      return best
    },
  },
  percentile_disc: percentile(
    (_call, values, fraction) => values[Math.max(1, Math.ceil(fraction * values.length)) - 1] ?? null,
  ),
  percentile_cont: percentile((call, values, fraction) => {
    const position = fraction * (values.length - 1)
    const [low, high] = [Math.floor(position), Math.ceil(position)].map((at) => values[at] ?? null)
    return interpolate(call, low ?? null, high ?? null, position - Math.floor(position))
  }),
  rank: hypothetical(({ before }) => BigInt(before + 1)),
  dense_rank: hypothetical(({ distinct }) => BigInt(distinct + 1)),
  percent_rank: hypothetical(({ before, all }) => (all === 0 ? 0 : before / all)),
  cume_dist: hypothetical(({ before, peers, all }) => (before + peers + 1) / (all + 1)),
}
