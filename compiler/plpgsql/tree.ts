/** PL/pgSQL's statements as libpg_query gives them (plpgsql.h), with the blocks that its JSON leaves out put back. */
import type { NameConflict } from '../bind/variable.ts'

export interface Expression {
  readonly query: string
  /** 0 a statement, 2 an expression, 3 to 5 an assignment whose target has one to three names. */
  readonly parseMode: number
}
export interface ExprNode {
  readonly PLpgSQL_expr: Expression
}

export interface VarDatum {
  readonly kind: 'var'
  readonly name: string
  readonly line: number
  readonly typeName: string
  readonly constant: boolean
  readonly notNull: boolean
  readonly default: Expression | undefined
  /** Of a bound cursor. */
  readonly cursor: Expression | undefined
  readonly cursorArgs: number | undefined
}
export interface RecordDatum {
  readonly kind: 'record'
  readonly name: string
  readonly line: number
  /** The composite type that it is declared as; any row when it has none. */
  readonly typeName: string | undefined
  readonly default: Expression | undefined
}
export interface RowDatum {
  readonly kind: 'row'
  readonly fields: readonly { readonly name: string; readonly varno: number }[]
}
export interface FieldDatum {
  readonly kind: 'field'
  readonly field: string
  readonly record: number
}
export type Datum = VarDatum | RecordDatum | RowDatum | FieldDatum

export interface RaiseOption {
  readonly PLpgSQL_raise_option: { readonly opt_type?: number; readonly expr: ExprNode }
}

export interface ExceptionBlock {
  readonly PLpgSQL_exception_block: {
    /** The numbers of the variables of its handlers. */
    readonly variables: Readonly<Record<'sqlstate' | 'sqlerrm', number>>
    readonly exc_list: readonly {
      readonly PLpgSQL_exception: {
        readonly conditions: readonly { readonly PLpgSQL_condition: { readonly condname: string } }[]
        readonly action?: readonly Statement[]
      }
    }[]
  }
}

interface Looping {
  readonly label?: string
  readonly body?: readonly Statement[]
}

/** What a query's rows are put into: a record or a list of variables, by number. */
export interface Target {
  readonly dno: number
}

export interface StatementKinds {
  readonly block: Looping & {
    /** Numbers of the variables that the block declares. */
    readonly declares: readonly number[]
    readonly exceptions?: ExceptionBlock
  }
  readonly assign: { readonly varno: number; readonly expr: ExprNode }
  readonly if: {
    readonly cond: ExprNode
    readonly then_body?: readonly Statement[]
    readonly elsif_list?: readonly {
      readonly PLpgSQL_if_elsif: { readonly cond: ExprNode; readonly stmts?: readonly Statement[] }
    }[]
    readonly else_body?: readonly Statement[]
  }
  readonly case: {
    readonly t_expr?: ExprNode
    readonly t_varno?: number
    readonly case_when_list: readonly {
      readonly PLpgSQL_case_when: { readonly expr: ExprNode; readonly stmts?: readonly Statement[] }
    }[]
    readonly have_else?: boolean
    readonly else_stmts?: readonly Statement[]
  }
  readonly loop: Looping
  readonly while: Looping & { readonly cond: ExprNode }
  readonly fori: Looping & {
    readonly variable: number
    readonly lower: ExprNode
    readonly upper: ExprNode
    readonly step?: ExprNode
    readonly reverse?: boolean
  }
  readonly fors: Looping & { readonly target: Target; readonly query: ExprNode }
  readonly forc: Looping & { readonly target: Target; readonly curvar: number; readonly argquery?: ExprNode }
  readonly dynfors: Looping & {
    readonly target: Target
    readonly query: ExprNode
    readonly params?: readonly ExprNode[]
  }
  readonly foreach_a: Looping & { readonly varno: number; readonly slice?: number; readonly expr: ExprNode }
  readonly exit: { readonly is_exit?: boolean; readonly label?: string; readonly cond?: ExprNode }
  readonly return: { readonly expr?: ExprNode; readonly retvarno?: number }
  readonly return_next: { readonly expr?: ExprNode; readonly retvarno?: number }
  readonly return_query: {
    readonly query?: ExprNode
    readonly dynquery?: ExprNode
    readonly params?: readonly ExprNode[]
  }
  readonly raise: {
    readonly elog_level: number
    readonly condname?: string
    readonly message?: string
    readonly params?: readonly ExprNode[]
    readonly options?: readonly RaiseOption[]
  }
  readonly assert: { readonly cond: ExprNode; readonly message?: ExprNode }
  readonly execsql: {
    readonly sqlstmt: ExprNode
    readonly into?: boolean
    readonly strict?: boolean
    readonly target?: Target
  }
  readonly dynexecute: {
    readonly query: ExprNode
    readonly into?: boolean
    readonly strict?: boolean
    readonly target?: Target
    readonly params?: readonly ExprNode[]
  }
  readonly getdiag: {
    readonly is_stacked?: boolean
    readonly diag_items: readonly { readonly PLpgSQL_diag_item: { readonly kind: string; readonly target: number } }[]
  }
  readonly perform: { readonly expr: ExprNode }
  readonly call: { readonly expr: ExprNode; readonly is_call?: boolean }
  readonly open: {
    readonly curvar: number
    readonly query?: ExprNode
    readonly dynquery?: ExprNode
    readonly argquery?: ExprNode
    readonly params?: readonly ExprNode[]
  }
  readonly fetch: {
    readonly target?: Target
    readonly curvar: number
    readonly direction?: number
    readonly how_many?: number
    readonly expr?: ExprNode
    readonly is_move?: boolean
  }
  readonly close: { readonly curvar: number }
  readonly commit: { readonly chain?: boolean }
  readonly rollback: { readonly chain?: boolean }
}

export type Statement = {
  readonly [Kind in keyof StatementKinds]: { readonly kind: Kind; readonly line: number } & StatementKinds[Kind]
}[keyof StatementKinds]

export interface PlpgsqlFunction {
  readonly datums: readonly Datum[]
  /** The variables that exist before the outermost block: arguments, FOUND, NEW, OLD, TG_…. */
  readonly given: readonly number[]
  readonly outVariable: number | undefined
  /** What `#variable_conflict` says. */
  readonly conflict: NameConflict
  readonly body: Statement & { readonly kind: 'block' }
}
