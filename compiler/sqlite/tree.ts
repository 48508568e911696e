/** The small tree of SQLite's SQL that lowering makes. */
import type { Value } from '../tree/value.ts'

export interface OrderTerm {
  readonly expr: Sql
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export interface Frame {
  readonly mode: 'ROWS' | 'RANGE' | 'GROUPS'
  readonly start: string | { readonly offset: Sql; readonly direction: 'PRECEDING' | 'FOLLOWING' }
  readonly end: string | { readonly offset: Sql; readonly direction: 'PRECEDING' | 'FOLLOWING' }
  readonly exclude: string | undefined
}

export interface Over {
  readonly partitionBy: readonly Sql[]
  readonly orderBy: readonly OrderTerm[]
  readonly frame?: Frame | undefined
}

export type Sql =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'column'; readonly table: string | undefined; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'prefix'; readonly operator: string; readonly arg: Sql }
  | { readonly kind: 'postfix'; readonly operator: string; readonly arg: Sql }
  | { readonly kind: 'infix'; readonly operator: string; readonly args: readonly Sql[] }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly args: readonly Sql[]
      readonly star?: boolean
      readonly distinct?: boolean
      readonly filter?: Sql | undefined
      readonly over?: Over
    }
  | {
      readonly kind: 'case'
      /** What the WHENs are compared with; without it they are conditions. */
      readonly subject?: Sql
      readonly whens: readonly { readonly when: Sql; readonly result: Sql }[]
      readonly otherwise: Sql
    }
  | { readonly kind: 'cast'; readonly arg: Sql; readonly type: string }
  | { readonly kind: 'subquery'; readonly select: Select }
  | { readonly kind: 'exists'; readonly select: Select }
  | { readonly kind: 'in'; readonly left: Sql; readonly items: readonly Sql[] | Select; readonly negated: boolean }

export type From =
  | { readonly kind: 'table'; readonly name: string; readonly alias: string }
  | { readonly kind: 'subquery'; readonly select: Select; readonly alias: string }
  | { readonly kind: 'function'; readonly call: Sql; readonly alias: string }
  | {
      readonly kind: 'join'
      readonly join: string
      readonly left: From
      readonly right: From
      readonly on?: Sql | undefined
    }

export interface Core {
  readonly kind: 'core'
  readonly distinct: boolean
  readonly targets: readonly { readonly expr: Sql; readonly alias: string | undefined }[]
  readonly from: readonly From[]
  readonly where?: Sql | undefined
  readonly groupBy: readonly Sql[]
  readonly having?: Sql | undefined
}

export interface Values {
  readonly kind: 'values'
  readonly rows: readonly (readonly Sql[])[]
}

export interface Compound {
  readonly kind: 'compound'
  readonly operator: 'UNION' | 'UNION ALL' | 'INTERSECT' | 'EXCEPT'
  readonly left: Body
  readonly right: Body
}

export type Body = Core | Values | Compound

export interface With {
  readonly name: string
  readonly columns: readonly string[]
  readonly materialized: boolean | undefined
  readonly select: Select
}

export interface Select {
  readonly with: readonly With[]
  readonly recursive: boolean
  readonly body: Body
  readonly orderBy: readonly OrderTerm[]
  readonly limit?: Sql | undefined
  readonly offset?: Sql | undefined
}

export const literal = (value: Value): Sql => ({ kind: 'literal', value })
export const NULL: Sql = literal(null)
export const call = (name: string, ...args: readonly Sql[]): Sql => ({ kind: 'call', name, args })
export const infix = (operator: string, ...args: readonly Sql[]): Sql =>
  args.length === 1 ? (args[0] as Sql) : { kind: 'infix', operator, args }
export const column = (table: string | undefined, name: string): Sql => ({ kind: 'column', table, name })
export const prefix = (operator: string, arg: Sql): Sql => ({ kind: 'prefix', operator, arg })
export const postfix = (arg: Sql, operator: string): Sql => ({ kind: 'postfix', operator, arg })
export const when = (test: Sql, result: Sql, otherwise: Sql): Sql => ({
  kind: 'case',
  whens: [{ when: test, result }],
  otherwise,
})

export const core = (parts: Partial<Core> & Pick<Core, 'targets'>): Core => ({
  kind: 'core',
  distinct: false,
  from: [],
  groupBy: [],
  ...parts,
})

export const select = (body: Body, parts: Partial<Select> = {}): Select => ({
  with: [],
  recursive: false,
  orderBy: [],
  ...parts,
  body,
})
