/** The tree of a regular expression. */

/** A set of characters, as a class of JavaScript's, such as `[a-z]`. */
export interface CharacterSet {
  readonly kind: 'set'
  readonly source: string
}

/** What holds between two characters. */
export type Assertion =
  | { readonly kind: 'at'; readonly what: 'start' | 'end' | 'lineStart' | 'lineEnd' }
  | { readonly kind: 'at'; readonly what: 'wordStart' | 'wordEnd' | 'wordEdge' | 'noWordEdge' }
  | { readonly kind: 'look'; readonly ahead: boolean; readonly negated: boolean; readonly inner: Expression }

export type Atom =
  | { readonly kind: 'character'; readonly code: number }
  | CharacterSet
  | { readonly kind: 'group'; readonly inner: Expression; readonly capture: number | undefined }
  | { readonly kind: 'reference'; readonly to: number }

export interface Quantified {
  readonly kind: 'quantified'
  readonly atom: Atom
  readonly min: number
  readonly max: number
  /** Which lengths the quantifier prefers; undefined where it has no say. */
  readonly prefers: 'longer' | 'shorter' | undefined
}

export type Branch = readonly (Quantified | Assertion)[]

/** Branches, any of which may match. */
export type Expression = readonly Branch[]

/** How many characters count as one, and what line ends mean. */
export interface RegexOptions {
  readonly ignoreCase: boolean
  /** `.` and complements do not match line ends. */
  readonly stop: boolean
  /** `^` and `$` match at line ends. */
  readonly anchor: boolean
  readonly literal: boolean
  /** White space and comments are left out. */
  readonly expanded: boolean
}

export interface Regular {
  readonly expression: Expression
  readonly groups: number
  readonly options: RegexOptions
}
