/** Labels of enums whose transaction has not committed yet: rows of them would outlive its rollback (pg_enum.c). */
import { PgError } from '../../wire/protocol/error.ts'
import type { Catalog } from './catalog.ts'
import type { EnumLabel, TypeInfo } from './entries.ts'
import { formatType } from './format-type.ts'

/** By the type's oid: which of its labels are new by their order, or all of it, which goes with its rows. */
export type UncommittedEnums = ReadonlyMap<number, ReadonlySet<number> | 'created'>

const withUncommitted = (catalog: Catalog, oid: number, what: ReadonlySet<number> | 'created'): Catalog =>
  catalog.with({ uncommittedEnums: new Map(catalog.contents.uncommittedEnums).set(oid, what) })

/** The transaction has made the type itself. */
export const enumCreated = (catalog: Catalog, oid: number): Catalog => withUncommitted(catalog, oid, 'created')

/** The transaction has given the type a label. */
export const labelAdded = (catalog: Catalog, { oid }: TypeInfo, { order }: EnumLabel): Catalog => {
  const known = catalog.contents.uncommittedEnums.get(oid)
  return known === 'created' ? catalog : withUncommitted(catalog, oid, new Set([...(known ?? []), order]))
}

/** @throws PgError 55P04 (check_safe_enum_use) */
export const requireCommitted = (catalog: Catalog, type: number, { label, order }: EnumLabel): void => {
  const known = catalog.contents.uncommittedEnums.get(type)
  if (known === undefined || known === 'created' || !known.has(order)) return
  throw new PgError('55P04', `unsafe use of new value "${label}" of enum type ${formatType(catalog, type)}`, {
    hint: 'New enum values must be committed before they can be used.',
  })
}
