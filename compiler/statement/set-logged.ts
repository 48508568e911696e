/** SET LOGGED and SET UNLOGGED. Manual: "ALTER TABLE"; after ATPrepChangePersistence. */
import { PgError } from '../../wire/protocol/error.ts'
import { foreignKeys } from '../catalog/constraint.ts'
import { persistence } from '../catalog/persistence.ts'
import { type Rule, update } from './alter-family.ts'

/** @throws PgError 42P16, 42809, 55000 */
export const setLogged: Rule = (_context, work, { subtype }) => {
  const { kind, name, oid } = work.relation
  const unlogged = subtype === 'AT_SetUnLogged'
  const word = unlogged ? 'UNLOGGED' : 'LOGGED'
  if (kind === 'p')
    throw new PgError('42809', `ALTER action SET ${word} cannot be performed on relation "${name}"`, {
      detail: 'This operation is not supported for partitioned tables.',
    })
  const before = persistence(work.relation)
  if (before === 't')
    throw new PgError('42P16', `cannot change logged status of table "${name}" because it is temporary`)
  if (before === (unlogged ? 'u' : 'p')) return
  const { publications, relations } = work.catalog.contents
  if (unlogged && [...publications.values()].some(({ tables }) => tables.some((table) => table.relation === oid)))
    throw new PgError('55000', `cannot change table "${name}" to unlogged because it is part of a publication`, {
      detail: 'Unlogged relations cannot be replicated.',
    })
  const others = unlogged
    ? [...relations.values()].filter((other) => foreignKeys(other).some(({ target }) => target === oid))
    : foreignKeys(work.relation).map(({ target }) => work.catalog.relation(target))
  const wrong = others.find((other) => other.oid !== oid && persistence(other) === before)
  if (wrong !== undefined)
    throw new PgError(
      '42P16',
      `could not change table "${name}" to ${word.toLowerCase()} because it references ${unlogged ? 'logged' : 'unlogged'} table "${wrong.name}"`,
    )
  update(work, { unlogged })
  for (const sequence of relations.values())
    if (sequence.sequence?.ownedBy?.relation === oid)
      work.catalog = work.catalog.withRelation({ ...sequence, unlogged })
}
