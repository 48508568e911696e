/** A schema that a name is qualified with must be one that the role may look into (LookupExplicitNamespace). */

import { type ErrorFields, PgError } from '../../wire/protocol/error.ts'
import type { Settings } from '../bind/settings.ts'
import type { Catalog } from './catalog.ts'
import { ownedSchema } from './owned-object.ts'
import { may } from './privilege.ts'
import { currentRole, isSuperuser } from './role.ts'

/** Whose names are looked up, and where. */
export interface Lookup {
  readonly catalog: Catalog
  readonly settings: Settings
  /** What is looked up has been looked up when it was stored: no schema of it has to be usable any more. */
  readonly isStored?: boolean
}

/** @param schema of a name that has one @throws PgError 42501 */
export const requireUsage = (
  { catalog, settings, isStored = false }: Lookup,
  schema: string | undefined,
  fields: ErrorFields = {},
): void => {
  const role = currentRole(settings)
  if (schema === undefined || isStored || isSuperuser(catalog, role) || !catalog.hasSchema(schema)) return
  if (!may(catalog, role, ownedSchema(catalog, schema).owned, 'n', 'U'))
    throw new PgError('42501', `permission denied for schema ${schema}`, fields)
}
