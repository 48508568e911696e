/**
 * How PostgreSQL takes a match apart: what has captures, references or mixed preferences is a node of its own, everything
 * else a piece of which only the length counts. After parseqatom (regcomp.c).
 */
import { unsupported } from '../../wire/protocol/error.ts'
import type { Atom, Branch, Expression, Quantified } from './tree.ts'

export type Preference = 'longer' | 'shorter' | undefined

interface Common {
  /** What the node matches as far as lengths go. */
  readonly prefers: Preference
  readonly captures: boolean
  readonly references: boolean
  /** Both preferences occur in it. */
  readonly mixed: boolean
  readonly capture?: number
}

export type Piece = Common &
  (
    | { readonly kind: 'plain'; readonly branch: Branch }
    | { readonly kind: 'either'; readonly pieces: readonly Piece[] }
    | { readonly kind: 'then'; readonly left: Piece; readonly right: Piece }
    | { readonly kind: 'repeat'; readonly piece: Piece; readonly min: number; readonly max: number }
    | { readonly kind: 'reference'; readonly to: number; readonly min: number; readonly max: number }
  )

type Marks = Pick<Common, 'prefers' | 'captures' | 'references' | 'mixed'>

const NONE: Marks = { prefers: undefined, captures: false, references: false, mixed: false }

/** COMBINE: the first preference rules; two different ones make a mixture. */
const combined = (first: Marks, second: Marks): Marks => ({
  prefers: first.prefers ?? second.prefers,
  captures: first.captures || second.captures,
  references: first.references || second.references,
  mixed:
    first.mixed ||
    second.mixed ||
    (first.prefers !== undefined && second.prefers !== undefined && first.prefers !== second.prefers),
})

/** What must be taken apart. */
const isMessy = ({ captures, references, mixed }: Marks): boolean => captures || references || mixed

/** The pieces of an expression. */
export class Dissection {
  #made<const Own extends object>(marks: Marks, own: Own): Own & Common {
    const { prefers, captures, references, mixed } = marks
    return { prefers, captures, references, mixed, ...own }
  }

  expression(branches: Expression): Piece {
    const pieces = branches.map((branch) => this.branch(branch))
    const [only] = pieces
    if (pieces.length === 1 && only !== undefined) return only
    // Alternatives together prefer what is longest.
    const marks = pieces.reduce<Marks>((all, piece) => combined(all, piece), { ...NONE, prefers: 'longer' })
    if (isMessy(marks)) return this.#made(marks, { kind: 'either', pieces })
    return this.#plain(marks, [
      {
        kind: 'quantified',
        atom: { kind: 'group', inner: branches, capture: undefined },
        min: 1,
        max: 1,
        prefers: undefined,
      },
    ])
  }

  #plain(marks: Marks, branch: Branch): Piece {
    return this.#made(marks, { kind: 'plain', branch })
  }

  branch(parts: Branch): Piece {
    let marks = NONE
    const before: Branch[number][] = []
    for (const [at, part] of parts.entries()) {
      if (part.kind !== 'quantified') {
        before.push(part)
        continue
      }
      // What is repeated no times at all is nothing.
      if (part.max === 0) {
        if (part.atom.kind === 'group' && captures(part.atom))
          throw unsupported('{0} behind a group that captures, in a regular expression')
        continue
      }
      const quantifier: Marks = { ...NONE, prefers: part.prefers }
      const inner = this.#atom(part.atom)
      const own = combined(combined(marks, quantifier), inner ?? NONE)
      const isPlain = part.atom.kind !== 'reference' && !(part.atom.kind === 'group' && part.atom.capture !== undefined)
      if (isPlain && !isMessy(own)) {
        marks = own
        before.push(part)
        continue
      }
      const piece = this.#repeated(
        part,
        quantifier,
        inner ?? this.#plain(NONE, [{ ...part, min: 1, max: 1, prefers: undefined }]),
      )
      const rest = this.branch(parts.slice(at + 1))
      const tail = this.#made(combined(combined(quantifier, piece), rest), {
        kind: 'then' as const,
        left: piece,
        right: rest,
      })
      return this.#made(combined(marks, tail), { kind: 'then', left: this.#plain(marks, before), right: tail })
    }
    return this.#plain(marks, before)
  }

  /** Undefined for a single character. */
  #atom(atom: Atom): Piece | undefined {
    if (atom.kind === 'reference')
      return this.#made({ ...NONE, references: true }, { kind: 'reference', to: atom.to, min: 1, max: 1 })
    if (atom.kind !== 'group') return undefined
    const inner = this.expression(atom.inner)
    if (atom.capture === undefined) return inner
    const marks = { ...inner, captures: true }
    if (inner.capture === undefined) return { ...marks, capture: atom.capture }
    return this.#made(marks, { kind: 'then', left: this.#plain(NONE, []), right: inner, capture: atom.capture })
  }

  #repeated({ atom, min, max, prefers }: Quantified, quantifier: Marks, piece: Piece): Piece {
    const marks = combined(quantifier, piece)
    if (atom.kind === 'reference') return this.#made(marks, { kind: 'reference', to: atom.to, min, max })
    const isVacuous =
      prefers === undefined || (piece.prefers === undefined && !piece.mixed) || prefers === piece.prefers
    if (min === 1 && max === 1 && isVacuous) return piece
    const repeated = (least: number, most: number): Branch => [
      { kind: 'quantified', atom: plainAtom(atom), min: least, max: most, prefers: undefined },
    ]
    if (!piece.captures && !piece.references) return this.#plain(marks, repeated(min, max))
    // Only what the last one captures counts.
    if (min > 0 && !piece.references)
      return this.#made(marks, {
        kind: 'then',
        left: this.#plain({ ...NONE, prefers: marks.prefers }, repeated(min - 1, max - 1)),
        right: piece,
      })
    return this.#made(marks, { kind: 'repeat', piece, min, max })
  }
}

const captures = ({ capture, inner }: Atom & { readonly kind: 'group' }): boolean =>
  capture !== undefined ||
  inner.flat().some((part) => part.kind === 'quantified' && part.atom.kind === 'group' && captures(part.atom))

/** The groups that have captured something in a piece. */
export const capturesIn = (piece: Piece): number[] => {
  const own = piece.capture === undefined ? [] : [piece.capture]
  switch (piece.kind) {
    case 'either':
      return [...own, ...piece.pieces.flatMap(capturesIn)]
    case 'then':
      return [...own, ...capturesIn(piece.left), ...capturesIn(piece.right)]
    case 'repeat':
      return [...own, ...capturesIn(piece.piece)]
    default:
      return own
  }
}

const plainAtom = (atom: Atom): Atom => (atom.kind === 'group' ? { ...atom, capture: undefined } : atom)
