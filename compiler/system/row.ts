import type { Owned } from '../catalog/privilege.ts'
import { OWNER_ROLE } from '../catalog/role.ts'
import { aclText } from '../types/aclitem.ts'
import type { Environment } from '../types/environment.ts'

/** A row of a system catalog: every column's value as PostgreSQL prints it. Columns that are not named are NULL. */
export type SystemRow = Readonly<Record<string, string | null>>

export const text = (value: boolean | number | bigint): string => String(value)

/** An array of plain values. */
export const list = (values: readonly (string | number)[]): string => `{${values.join(',')}}`

/** An int2vector or oidvector. */
export const vector = (values: readonly number[]): string => values.join(' ')

/** Who owns an object, and its privileges, as the columns of a catalog say. */
export const ownership = (env: Environment, prefix: string, { owner = OWNER_ROLE, acl }: Owned): SystemRow => ({
  [`${prefix}owner`]: text(owner),
  [`${prefix}acl`]: aclText(env, acl),
})
