/** Comparisons of texts with names, and byte by byte for LIKE. After varlena.c, name.c and varchar.c. */
import { compareText } from '../types/text.ts'
import { bool, comparisons, type Scalar, type Scalars } from './implementation.ts'

const order = (a: string, b: string): bigint => BigInt(Math.sign(compareText(a, b)))

/** Functions that C names after what stands on either side: `name` `eq` `text`. */
const between = (left: string, right: string, taken = (text: string): string => text): Scalars => {
  const compared = (test: (order: number) => boolean): Scalar =>
    ((a: string, b: string) => bool(test(compareText(taken(a), taken(b))))) as Scalar
  return Object.fromEntries(
    Object.entries<Scalar>(comparisons('', compared)).map(([name, compares]) => [`${left}${name}${right}`, compares]),
  )
}

export const textComparisons: Scalars = {
  ...between('name', 'text'),
  ...between('text', 'name'),
  ...between('text_pattern_', ''),
  ...between('bpchar_pattern_', '', (text) => text.replace(/ +$/, '')),
  btnametextcmp: order,
  bttextnamecmp: order,
  bttext_pattern_cmp: order,
}
