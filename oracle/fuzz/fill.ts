/** Forms of SQL with holes, and what they are filled with. */
import fc, { type Arbitrary } from 'fast-check'

/**
 * A form with something in each of its holes.
 * @param hole what a hole looks like; its one group is what the hole is for
 * @param filling of a hole
 */
export const fill = <Hole extends string>(
  form: string,
  hole: RegExp,
  filling: (hole: Hole) => Arbitrary<string>,
): Arbitrary<string> => {
  const pieces = form.split(hole)
  const holes = pieces.filter((_, at) => at % 2 === 1) as Hole[]
  return fc
    .tuple(...holes.map(filling))
    .map((filled) => pieces.map((piece, at) => (at % 2 === 1 ? filled[(at - 1) / 2] : piece)).join(''))
}
