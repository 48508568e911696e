/** A row of a system catalog: every column's value as PostgreSQL prints it. Columns that are not named are NULL. */
export type SystemRow = Readonly<Record<string, string | null>>

export const text = (value: boolean | number | bigint): string => String(value)

/** An array of plain values. */
export const list = (values: readonly (string | number)[]): string => `{${values.join(',')}}`

/** An int2vector or oidvector. */
export const vector = (values: readonly number[]): string => values.join(' ')

/** The superuser that a database is made with. */
export const OWNER = '10'
