/** Random regular expressions, and texts that they can match. */
import fc from 'fast-check'

const CHARACTERS = ['a', 'b', 'c', '.', '[ab]', '[^a]', '[[:alpha:]]', '\\d', '\\w', '\\s', 'ab', 'B']
const PLACES = ['^', '$', '\\y', '\\m', '\\M', '\\A', '\\Z', '\\Y']
const QUANTIFIERS = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,1}?', '{2,}', '{1,3}?', '{2}?', '{1,1}']

const { expression } = fc.letrec<{ expression: string; branch: string; part: string; atom: string }>((tie) => ({
  expression: fc.array(tie('branch'), { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|')),
  branch: fc.array(tie('part'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { weight: 4, arbitrary: tie('atom') },
    { weight: 3, arbitrary: fc.tuple(tie('atom'), fc.constantFrom(...QUANTIFIERS)).map((both) => both.join('')) },
    { weight: 1, arbitrary: fc.constantFrom(...PLACES) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('=', '!', '<=', '<!'), tie('expression'))
        .map(([kind, inner]) => `(?${kind}${inner})`),
    },
  ),
  atom: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(...CHARACTERS),
    tie('expression').map((inner) => `(${inner})`),
    tie('expression').map((inner) => `(?:${inner})`),
    fc.constantFrom('(a|b)\\1', '([ab]+)c?\\1'),
  ),
}))

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', ' ', '1', 'A', '\n', 'ä'), { maxLength: 9 })
  .map((all) => all.join(''))

/** A text, an expression and option letters. */
export const regexCase = fc.tuple(text, expression, fc.constantFrom('g', 'gi', 'gn', 'gp', 'gw'))
