/** Comparisons of values of two types in every way that a comparison can be said: each finds its operator on its own. */
import { COLUMNS, type TypeName } from './type.ts'

const FAMILIES: readonly (readonly TypeName[])[] = [
  ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'],
  ['date', 'timestamp', 'timestamptz'],
  ['text', 'varchar', 'bpchar'],
]

const comparisons = (a: TypeName, b: TypeName): string[] => [
  ...['=', '<>', '<', '<=', '>', '>='].map((operator) => `(#${a} ${operator} #${b})`),
  `(#${a} in (#${b}))`,
  `(#${a} in (#${b}, #${a}))`,
  `(#${a} not in (#${b}, #${b}))`,
  `(#${a} is distinct from #${b})`,
  `(#${a} is not distinct from #${b})`,
  `(#${a} between #${b} and #${a})`,
  `(nullif(#${a}, #${b}) is null)`,
  `(case #${a} when #${b} then true else false end)`,
  `(#${a} = any(array[#${b}, #${b}]))`,
  `(#${a} in (select ${COLUMNS[b][0]} from r))`,
  `(#${a} < all (select ${COLUMNS[b][0]} from r))`,
  `((#${a}, #${b}) = (#${b}, #${a}))`,
  `((#${a}, #${b}) < (#${b}, #${a}))`,
  `((#${a}, 1) in (select ${COLUMNS[b][0]}, 1 from r))`,
]

export const MIXED: readonly string[] = FAMILIES.flatMap((family) =>
  family.flatMap((a) => family.filter((b) => b !== a).flatMap((b) => comparisons(a, b))),
)
