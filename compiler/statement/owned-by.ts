/** OWNED BY: the column that a sequence goes with. Manual: "CREATE SEQUENCE"; after process_owned_by in sequence.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { errorAt, refuse, type Scope } from '../bind/scope.ts'
import type { RelationInfo, SequenceInfo } from '../catalog/entries.ts'
import { ownerOf as roleOwning } from '../catalog/privilege.ts'

const KINDS: Readonly<Record<string, string>> = {
  S: 'sequences',
  m: 'materialized views',
  c: 'composite types',
}

/** @throws PgError 42601, 42703, 42809, 55000, 0A000 for the sequence of an identity column */
export const ownerOf = (
  scope: Scope,
  option: Ast.DefElem,
  sequence: Pick<RelationInfo, 'schema' | 'name' | 'owner'>,
  before: SequenceInfo['ownedBy'],
): SequenceInfo['ownedBy'] => {
  const { catalog } = scope.statement
  const nodes = option.arg !== undefined && 'List' in option.arg ? (option.arg.List.items ?? []) : []
  const path = nodes.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const owner = before && catalog.relation(before.relation)
  if (owner?.columns.some(({ number, identity }) => number === before?.column && identity !== undefined))
    throw new PgError('0A000', 'cannot change ownership of identity sequence', {
      detail: `Sequence "${sequence.name}" is linked to table "${owner.name}".`,
    })
  const column = path.at(-1) ?? ''
  if (path.length === 1) {
    if (column === 'none') return undefined
    throw errorAt(scope, undefined, '42601', 'invalid OWNED BY option', {
      hint: 'Specify OWNED BY table.column or OWNED BY NONE.',
    })
  }
  if (path.length > 3) throw refuse(scope, 'OWNED BY of a table in another database')
  const table = requireRelation(scope, { schemaname: path.at(-3) ?? '', relname: path.at(-2) ?? '' })
  const kind = KINDS[table.kind]
  if (kind !== undefined)
    throw new PgError('42809', `sequence cannot be owned by relation "${table.name}"`, {
      detail: `This operation is not supported for ${kind}.`,
    })
  if (roleOwning(table) !== roleOwning(sequence))
    throw new PgError('55000', 'sequence must have same owner as table it is linked to')
  if (table.schema !== sequence.schema)
    throw new PgError('55000', 'sequence must be in same schema as table it is linked to')
  const found = table.columns.find(({ name }) => name === column)
  if (found === undefined) throw new PgError('42703', `column "${column}" of relation "${table.name}" does not exist`)
  return { relation: table.oid, column: found.number }
}
