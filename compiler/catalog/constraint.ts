/** Constraints of a relation by kind. */
import type { Catalog } from './catalog.ts'
import type { CheckConstraint, ForeignKey, RelationInfo, TriggerInfo, UniqueConstraint } from './entries.ts'

export const uniqueConstraints = ({ constraints }: RelationInfo): UniqueConstraint[] =>
  constraints.filter((each): each is UniqueConstraint => each.kind === 'primary' || each.kind === 'unique')

export const checkConstraints = ({ constraints }: RelationInfo): CheckConstraint[] =>
  constraints.filter((each): each is CheckConstraint => each.kind === 'check')

export const foreignKeys = ({ constraints }: RelationInfo): ForeignKey[] =>
  constraints.filter((each): each is ForeignKey => each.kind === 'foreign')

/** The checks that rows must satisfy. */
export const enforcedChecks = ({ constraints }: RelationInfo): CheckConstraint[] =>
  constraints.filter((each): each is CheckConstraint => each.kind === 'check' && !each.notEnforced)

/** The keys that rows must satisfy. */
export const enforcedKeys = ({ constraints }: RelationInfo): ForeignKey[] =>
  constraints.filter((each): each is ForeignKey => each.kind === 'foreign' && !each.notEnforced)

/** Whether all rows of a table satisfy a constraint of it; `convalidated`. */
export const isValid = ({ notValid, notEnforced }: CheckConstraint | ForeignKey): boolean => !notValid && !notEnforced

/** A catalog with a foreign key of a table changed. @param oid of the table */
export const withForeignKey = (
  catalog: Catalog,
  oid: number,
  name: string,
  change: (key: ForeignKey) => ForeignKey,
): Catalog => {
  const relation = catalog.relation(oid)
  const constraints = relation.constraints.map((each) =>
    each.kind === 'foreign' && each.name === name ? change(each) : each,
  )
  return catalog.withRelation({ ...relation, constraints })
}

/** The constraint trigger whose constraint has a name. */
export const constraintTrigger = ({ triggers = [] }: RelationInfo, name: string): TriggerInfo | undefined =>
  triggers.find(({ constraint }) => constraint?.name === name)
