/** A regular expression as one of JavaScript's, for where both find the same. */
import { WORD } from './parse.ts'
import type { Assertion, Atom, Branch, Expression, Quantified } from './tree.ts'

const PLACES = {
  start: '(?<![^])',
  end: '(?![^])',
  lineStart: '(?<![^\\n])',
  lineEnd: '(?![^\\n])',
  wordStart: `(?<!${WORD})(?=${WORD})`,
  wordEnd: `(?<=${WORD})(?!${WORD})`,
  wordEdge: `(?:(?<!${WORD})(?=${WORD})|(?<=${WORD})(?!${WORD}))`,
  noWordEdge: `(?:(?<!${WORD})(?!${WORD})|(?<=${WORD})(?=${WORD}))`,
} as const

const atomText = (atom: Atom): string => {
  switch (atom.kind) {
    case 'character':
      return `\\u{${atom.code.toString(16)}}`
    case 'set':
      return atom.source
    case 'group':
      return `(${atom.capture === undefined ? '?:' : ''}${toJavaScript(atom.inner)})`
    case 'reference':
      throw new Error('references mean something else in JavaScript')
    default:
      return atom satisfies never
  }
}

const partText = (part: Quantified | Assertion): string => {
  if (part.kind === 'at') return PLACES[part.what]
  if (part.kind === 'look') return `(?${part.ahead ? '' : '<'}${part.negated ? '!' : '='}${toJavaScript(part.inner)})`
  const { min, max, prefers } = part
  const atom = atomText(part.atom)
  if (min === 1 && max === 1) return atom
  return `${atom}{${min},${max === Number.POSITIVE_INFINITY ? '' : max}}${prefers === 'shorter' ? '?' : ''}`
}

export const toJavaScript = (expression: Expression): string =>
  expression.map((branch) => branch.map(partText).join('')).join('|')

const atoms = (branch: Branch): Quantified[] =>
  branch.flatMap((part) => {
    if (part.kind === 'at') return []
    if (part.kind === 'look') return part.inner.flatMap(atoms)
    return [part, ...(part.atom.kind === 'group' ? part.atom.inner.flatMap(atoms) : [])]
  })

export const hasReferences = (expression: Expression): boolean =>
  expression.flatMap(atoms).some(({ atom }) => atom.kind === 'reference')

/**
 * Whether the two also find the same extent: they differ in which of several lengths they prefer, which matters as soon
 * as there are alternatives, or two parts whose length varies.
 */
export const hasOneExtent = (expression: Expression): boolean => {
  const all = expression.flatMap(atoms)
  const isChoice = (each: Expression): boolean => each.length > 1
  return (
    !isChoice(expression) &&
    all.every(({ atom }) => atom.kind !== 'group' || !isChoice(atom.inner)) &&
    all.filter(({ prefers }) => prefers !== undefined).length <= 1 &&
    all.every(({ atom, prefers }) => atom.kind !== 'group' || prefers === undefined)
  )
}
