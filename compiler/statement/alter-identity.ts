/** ADD GENERATED AS IDENTITY, SET GENERATED and DROP IDENTITY. Manual: "ALTER TABLE"; after ATExecAddIdentity and its kin. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, rootScope } from '../bind/scope.ts'
import { OID } from '../catalog/oid.ts'
import { type Rule, setColumn, type Work } from './alter-family.ts'
import { findColumn, statementOf } from './altered-table.ts'
import { addSequences } from './create-table.ts'
import { dropRelations } from './drop.ts'
import { sequenceOptions } from './sequence.ts'

const wrong = (work: Work, column: string, what: string): PgError =>
  new PgError('55000', `column "${column}" of relation "${work.relation.name}" ${what}`)

export const addIdentity: Rule = (context, work, { name = '', def }) => {
  const scope = rootScope(statementOf(context, work))
  const column = findColumn(work, name)
  if (def === undefined || !('Constraint' in def)) throw refuse(scope, 'this ADD IDENTITY')
  const { generated_when: when, options = [] } = def.Constraint
  if (![OID.int2, OID.int4, OID.int8].includes(column.type as never))
    throw new PgError('22023', 'identity column type must be smallint, integer, or bigint')
  if (!column.notNull) throw wrong(work, name, 'must be declared NOT NULL before identity can be added')
  if (column.identity !== undefined) throw wrong(work, name, 'is already an identity column')
  if (column.default !== undefined || column.sequence !== undefined || column.generated !== undefined)
    throw wrong(work, name, 'already has a default value')
  const { name: sequence, info } = sequenceOptions(scope, options, column.type)
  setColumn(work, name, () => ({ ...column, identity: when === 'a' ? 'a' : 'd' }))
  const added = addSequences(work.catalog, work.relation, [{ column: column.number, name: sequence, info }])
  work.catalog = added.catalog
  work.relation = added.relation
}

export const setIdentity: Rule = (context, work, { name = '', def }) => {
  const scope = rootScope(statementOf(context, work))
  const column = findColumn(work, name)
  if (column.identity === undefined) throw wrong(work, name, 'is not an identity column')
  const items = def !== undefined && 'List' in def ? (def.List.items ?? []) : []
  const elements = items.flatMap((item) => ('DefElem' in item ? [item.DefElem] : []))
  const generated = elements.filter(({ defname }) => defname === 'generated')
  if (generated.length > 1) throw new PgError('42601', 'conflicting or redundant options')
  const [when] = generated
  // The letter, as the number of its character.
  const letter = when?.arg !== undefined && 'Integer' in when.arg ? (when.arg.Integer.ival ?? 0) : undefined
  if (letter !== undefined)
    setColumn(work, name, (each) => ({ ...each, identity: String.fromCharCode(letter) as 'a' | 'd' }))
  const options = items.filter((item) => !('DefElem' in item && item.DefElem.defname === 'generated')) as Ast.Node[]
  if (options.length === 0) return
  const sequence = work.catalog.relation(column.sequence ?? 0)
  const before = sequence.sequence
  if (before === undefined) throw refuse(scope, 'this identity column')
  const { info, restart } = sequenceOptions(scope, options, before.type, before)
  if (restart === undefined && (info.max < before.max || info.min > before.min))
    throw refuse(scope, 'new bounds of a sequence')
  work.catalog = work.catalog.withRelation({ ...sequence, sequence: info })
  if (restart !== undefined) work.restart = [...(work.restart ?? []), { sequence: sequence.oid, value: restart }]
}

export const dropIdentity: Rule = (context, work, { name = '', missing_ok: missingOk = false }) => {
  const column = findColumn(work, name)
  if (column.identity === undefined) {
    const what = 'is not an identity column'
    if (!missingOk) throw wrong(work, name, what)
    context.statement.notice('00000', `column "${name}" of relation "${work.relation.name}" ${what}, skipping`)
    return
  }
  const { identity: _identity, sequence: number, ...rest } = column
  setColumn(work, name, () => rest)
  const sequence = work.catalog.findRelation(number ?? 0)
  if (sequence !== undefined) work.catalog = dropRelations(work.catalog, [sequence]).catalog
}
