/** CREATE, ALTER and DROP SEQUENCE, and the sequences of serial and identity columns. Manual: "CREATE SEQUENCE". */

import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { findRelation, unopened } from '../bind/relation.ts'
import { nothingElse, refuse, type Scope } from '../bind/scope.ts'
import { resolveTypeName } from '../bind/type-name.ts'
import type { RelationInfo, SequenceInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import { RELATION_NOUNS } from '../catalog/owned-object.ts'
import { declaredPersistence } from '../catalog/persistence.ts'
import { currentRole } from '../catalog/role.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { INT2, INT4, INT8 } from '../types/integer.ts'
import { common, type StatementContext } from './context.ts'
import { addRelation, checkFree, creationSchema, definition, scopeOf } from './definition.ts'
import { ownerOf } from './owned-by.ts'

const RANGES: Readonly<Record<number, { readonly name: string; readonly min: bigint; readonly max: bigint }>> = {
  [OID.int2]: INT2,
  [OID.int4]: INT4,
  [OID.int8]: INT8,
}

const integerOf = (node: Ast.Node | undefined): bigint | undefined => {
  if (node === undefined) return undefined
  if ('Integer' in node) return BigInt(node.Integer.ival ?? 0)
  if ('Float' in node) return BigInt(node.Float.fval ?? '0')
  return undefined
}

export interface SequenceChange {
  /** SEQUENCE NAME, which only the sequence of a column can have; empty without it. */
  readonly name: readonly string[]
  readonly info: SequenceInfo
  /** RESTART [WITH]. */
  readonly restart: bigint | undefined
}

/** The options of a sequence over those that it has (init_params). @throws PgError 22023, 42601 */
export const sequenceOptions = (
  scope: Scope,
  options: readonly Ast.Node[],
  type: number,
  before?: SequenceInfo,
  sequence?: Pick<RelationInfo, 'schema' | 'name' | 'owner'>,
): SequenceChange => {
  const given = new Map<string, Ast.DefElem>()
  for (const option of options) {
    if (!('DefElem' in option)) continue
    const { defname = '' } = option.DefElem
    if (given.has(defname))
      throw new PgError('42601', 'conflicting or redundant options', position(scope, option.DefElem.location))
    given.set(defname, option.DefElem)
  }
  for (const name of given.keys())
    if (
      !['as', 'increment', 'start', 'restart', 'maxvalue', 'minvalue', 'cycle', 'cache', 'sequence_name'].includes(
        name,
      ) &&
      (name !== 'owned_by' || sequence === undefined)
    )
      throw refuse(scope, `${name} of a sequence`)
  const asNode = given.get('as')?.arg
  const asType = asNode !== undefined && 'TypeName' in asNode ? resolveTypeName(scope, asNode.TypeName).type : undefined
  const own = asType ?? before?.type ?? type
  const range = RANGES[own]
  if (range === undefined) throw new PgError('22023', 'sequence type must be smallint, integer, or bigint')
  const old = before !== undefined && asType !== undefined ? sequenceOfType(scope, before, asType) : before
  const increment = integerOf(given.get('increment')?.arg) ?? before?.increment ?? 1n
  if (increment === 0n) throw new PgError('22023', 'INCREMENT must not be zero')
  const cycleNode = given.get('cycle')?.arg
  const cycle =
    cycleNode !== undefined && 'Boolean' in cycleNode ? (cycleNode.Boolean.boolval ?? false) : (before?.cycle ?? false)
  const bound = (name: 'maxvalue' | 'minvalue', fallback: bigint, old: bigint | undefined): bigint => {
    const element = given.get(name)
    if (element === undefined) return old ?? fallback
    return integerOf(element.arg) ?? fallback
  }
  const up = increment > 0n
  const max = bound('maxvalue', up ? range.max : -1n, old?.max)
  const min = bound('minvalue', up ? 1n : range.min, old?.min)
  if (max > range.max || max < range.min)
    throw new PgError('22023', `MAXVALUE (${max}) is out of range for sequence data type ${range.name}`)
  if (min > range.max || min < range.min)
    throw new PgError('22023', `MINVALUE (${min}) is out of range for sequence data type ${range.name}`)
  if (min >= max) throw new PgError('22023', `MINVALUE (${min}) must be less than MAXVALUE (${max})`)
  const start = integerOf(given.get('start')?.arg) ?? before?.start ?? (up ? min : max)
  if (start < min) throw new PgError('22023', `START value (${start}) cannot be less than MINVALUE (${min})`)
  if (start > max) throw new PgError('22023', `START value (${start}) cannot be greater than MAXVALUE (${max})`)
  const cache = integerOf(given.get('cache')?.arg) ?? before?.cache
  if (cache !== undefined && cache <= 0n) throw new PgError('22023', `CACHE (${cache}) must be greater than zero`)
  const restartElement = given.get('restart')
  const restart = restartElement === undefined ? undefined : (integerOf(restartElement.arg) ?? start)
  if (restart !== undefined && restart < min)
    throw new PgError('22023', `RESTART value (${restart}) cannot be less than MINVALUE (${min})`)
  if (restart !== undefined && restart > max)
    throw new PgError('22023', `RESTART value (${restart}) cannot be greater than MAXVALUE (${max})`)
  const owner = given.get('owned_by')
  const ownedBy =
    owner === undefined || sequence === undefined ? before?.ownedBy : ownerOf(scope, owner, sequence, before?.ownedBy)
  const named = given.get('sequence_name')?.arg
  const path = named !== undefined && 'List' in named ? (named.List.items ?? []) : []
  return {
    name: path.map((part) => ('String' in part ? (part.String.sval ?? '') : '')),
    info: {
      type: own,
      start,
      increment,
      min,
      max,
      cycle,
      ...(cache === undefined || cache === 1n ? {} : { cache }),
      ...(before?.incarnation === undefined ? {} : { incarnation: before.incarnation }),
      ...(ownedBy === undefined ? {} : { ownedBy }),
    },
    restart,
  }
}

/** SEQUENCE NAME is for the sequences of columns (init_params). @throws PgError 42601 */
const requireNoName = (scope: Scope, options: readonly Ast.Node[]): void => {
  for (const option of options)
    if ('DefElem' in option && option.DefElem.defname === 'sequence_name')
      throw new PgError('42601', 'invalid sequence option SEQUENCE NAME', position(scope, option.DefElem.location))
}

const position = (scope: Scope, location: number | undefined): { position?: number } => {
  const at = scope.statement.position(location)
  return at === undefined ? {} : { position: at }
}

export const planCreateSequence = (
  context: StatementContext,
  node: Ast.CreateSeqStmt,
): DefinitionPlan | NothingPlan => {
  const {
    sequence,
    options = [],
    ownerId: _owner,
    for_identity: _identity,
    if_not_exists: ifNotExists = false,
    ...rest
  } = node
  const scope = scopeOf(context)
  nothingElse(scope, 'CREATE SEQUENCE', rest)
  const { statement } = scope
  const name = sequence?.relname ?? ''
  requireNoName(scope, options)
  // PostgreSQL points at no schema here.
  const schema = creationSchema(scope, { ...sequence, location: -1 })
  if (ifNotExists && statement.catalog.relationNamed(schema, name) !== undefined) {
    statement.notice('42P07', `relation "${name}" already exists, skipping`)
    return { kind: 'nothing', ...common(context, 'CREATE SEQUENCE') }
  }
  checkFree(scope, schema, name)
  const { info } = sequenceOptions(scope, options, OID.int8, undefined, {
    schema,
    name,
    owner: currentRole(scope.statement.settings),
  })
  const { catalog } = addRelation(statement.catalog, {
    schema,
    name,
    kind: 'S',
    columns: [],
    ...declaredPersistence(sequence),
    sequence: info,
  })
  return definition(context, 'CREATE SEQUENCE', catalog)
}

export const planAlterSequence = (context: StatementContext, node: Ast.AlterSeqStmt): DefinitionPlan | NothingPlan => {
  const { sequence, options = [], missing_ok: missingOk = false } = node
  const scope = scopeOf(context)
  const { statement } = scope
  const name = sequence?.relname ?? ''
  const relation = findRelation(statement, sequence?.schemaname === '' ? undefined : sequence?.schemaname, name)
  if (relation === undefined) {
    if (!missingOk) throw new PgError('42P01', `relation "${name}" does not exist`)
    statement.notice('00000', `relation "${name}" does not exist, skipping`)
    return { kind: 'nothing', ...common(context, 'ALTER SEQUENCE') }
  }
  if (relation.sequence === undefined) throw unopened(name, `${RELATION_NOUNS[relation.kind]}s`)
  requireNoName(scope, options)
  const { info, restart } = sequenceOptions(scope, options, relation.sequence.type, relation.sequence, relation)
  if (restart === undefined && (info.max < relation.sequence.max || info.min > relation.sequence.min))
    throw refuse(scope, 'new bounds of a sequence')
  return {
    ...definition(context, 'ALTER SEQUENCE', statement.catalog.withRelation({ ...relation, sequence: info })),
    ...(restart === undefined ? {} : { restart: [{ sequence: relation.oid, value: restart }] }),
  }
}

/** A sequence whose values are of another type; bounds that were those of the old one become those of the new one. */
export const sequenceOfType = (scope: Scope, before: SequenceInfo, type: number): SequenceInfo => {
  const [old, fresh] = [RANGES[before.type], RANGES[type]]
  if (old === undefined || fresh === undefined) throw refuse(scope, 'the type of this sequence')
  const max = before.max === old.max ? fresh.max : before.max
  const min = before.min === old.min ? fresh.min : before.min
  if (max > fresh.max || min < fresh.min) throw refuse(scope, "a change of a sequence's type to one that is too small")
  return { ...before, type, max, min }
}
