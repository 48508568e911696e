/** Constraints of a relation by kind. */
import type { CheckConstraint, ForeignKey, RelationInfo, UniqueConstraint } from './entries.ts'

export const uniqueConstraints = ({ constraints }: RelationInfo): UniqueConstraint[] =>
  constraints.filter((each): each is UniqueConstraint => each.kind === 'primary' || each.kind === 'unique')

export const checkConstraints = ({ constraints }: RelationInfo): CheckConstraint[] =>
  constraints.filter((each): each is CheckConstraint => each.kind === 'check')

export const foreignKeys = ({ constraints }: RelationInfo): ForeignKey[] =>
  constraints.filter((each): each is ForeignKey => each.kind === 'foreign')
