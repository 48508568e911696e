/** pg_get_constraintdef(): a constraint as the clause that makes it. After pg_get_constraintdef_worker in ruleutils.c. */

import { unsupported } from '../../wire/protocol/error.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type {
  CheckConstraint,
  ConstraintInfo,
  Deferrable,
  ForeignKey,
  RelationInfo,
  UniqueConstraint,
} from '../catalog/entries.ts'
import { partsOf } from '../catalog/referenced.ts'
import { domainNotNullName, notNullName } from '../statement/definition.ts'
import { checkText, domainCheckText, known } from '../system/definition.ts'
import { oidOf } from '../system/numbering.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { columnNames, qualifiedName } from './name.ts'

/** The same of a domain's; undefined when the constraint is none. */
const domainConstraint = (env: Environment, oid: number, pretty: boolean): string | undefined => {
  for (const type of env.catalog.contents.types.values()) {
    const { domain } = type
    if (domain === undefined) continue
    if (domain.notNull && oidOf('constraint', type.oid, domainNotNullName(type.name, domain)) === oid) return 'NOT NULL'
    const check = domain.checks.find(({ name }) => oidOf('constraint', type.oid, name) === oid)
    if (check !== undefined)
      return `CHECK (${known(domainCheckText(env, domain, check.expression), pretty)})${check.notValid ? ' NOT VALID' : ''}`
  }
  return undefined
}

const ACTIONS = { r: 'RESTRICT', c: 'CASCADE', n: 'SET NULL', d: 'SET DEFAULT' } as const

const deferral = ({ deferrable, deferred }: Deferrable): string =>
  `${deferrable ? ' DEFERRABLE' : ''}${deferred ? ' INITIALLY DEFERRED' : ''}`

const validity = ({ notValid, notEnforced }: CheckConstraint | ForeignKey): string =>
  notEnforced ? ' NOT ENFORCED' : notValid ? ' NOT VALID' : ''

const including = (relation: RelationInfo, { included = [] }: UniqueConstraint): string =>
  included.length === 0 ? '' : ` INCLUDE (${columnNames(relation, included)})`

/** pg_get_constraintdef. */
export const constraintDefinition = (env: Environment, oid: bigint, isPretty: boolean): string | null => {
  for (const relation of env.catalog.contents.relations.values()) {
    for (const column of relation.columns)
      if (column.notNull && oidOf('constraint', relation.oid, notNullName(relation, column)) === Number(oid))
        return `NOT NULL ${quoteIdentifier(column.name)}${column.notNullNoInherit ? ' NO INHERIT' : ''}`
    const constraint = relation.constraints
      .flatMap((each): ConstraintInfo[] =>
        each.kind === 'foreign' ? [each, ...partsOf(env.catalog, each).map(({ key }) => key)] : [each],
      )
      .find(({ name }) => oidOf('constraint', relation.oid, name) === Number(oid))
    const trigger = relation.triggers?.find(
      (each) =>
        each.constraint !== undefined && oidOf('constraint', relation.oid, each.constraint.name) === Number(oid),
    )
    if (trigger?.constraint !== undefined) return `TRIGGER${deferral(trigger.constraint)}`
    if (constraint === undefined) continue
    switch (constraint.kind) {
      case 'primary':
        return `PRIMARY KEY (${columnNames(relation, constraint.columns)})${including(relation, constraint)}${deferral(constraint)}`
      case 'unique':
        return `UNIQUE ${constraint.nullsNotDistinct ? 'NULLS NOT DISTINCT ' : ''}(${columnNames(relation, constraint.columns)})${including(relation, constraint)}${deferral(constraint)}`
      case 'check': {
        const noInherit = constraint.noInherit ? ' NO INHERIT' : ''
        return `CHECK (${known(checkText(env, relation, constraint.expression), isPretty)})${noInherit}${validity(constraint)}`
      }
      case 'foreign': {
        const target = env.catalog.relation(constraint.target)
        const { onUpdate, onDelete, deleteSets, match } = constraint
        return [
          `FOREIGN KEY (${columnNames(relation, constraint.columns)}) REFERENCES ${qualifiedName(env, target)}(${columnNames(target, constraint.targetColumns)})`,
          match === 'f' ? ' MATCH FULL' : '',
          onUpdate === 'a' ? '' : ` ON UPDATE ${ACTIONS[onUpdate]}`,
          onDelete === 'a' ? '' : ` ON DELETE ${ACTIONS[onDelete]}`,
          deleteSets === undefined ? '' : ` (${columnNames(relation, deleteSets)})`,
          deferral(constraint),
          validity(constraint),
        ].join('')
      }
      default:
        return constraint satisfies never
    }
  }
  const ofDomain = domainConstraint(env, Number(oid), isPretty)
  if (ofDomain !== undefined) return ofDomain
  if (oid < BigInt(FIRST_USER_OID)) throw unsupported('the definition of a built-in constraint')
  return null
}
