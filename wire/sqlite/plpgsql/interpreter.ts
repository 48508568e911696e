/** Executes PL/pgSQL's statements. Manual: "PL/pgSQL", "Basic Statements" and "Control Structures"; after pl_exec.c. */
import { formatType } from '../../../compiler/catalog/format-type.ts'
import { OID } from '../../../compiler/catalog/oid.ts'
import { mainPlan, type Plan } from '../../../compiler/plan.ts'
import type { ExprNode, Statement, StatementKinds } from '../../../compiler/plpgsql/tree.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import { storeArray } from '../../../compiler/types/array.ts'
import { loadElements } from '../../../compiler/types/codec.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import type { Result } from '../result.ts'
import { castValue } from '../routine/cast.ts'
import { fromSqlite } from '../sqlite-error.ts'
import { callProcedure } from './call.ts'
import { catches } from './condition.ts'
import { closeCursor, fetchCursor, openCursor } from './cursor.ts'
import { declare } from './declare.ts'
import { getDiagnostics } from './diagnostics.ts'
import { type Found, runDynamic, runQuery } from './dynamic.ts'
import { evaluateAssignment, evaluateExpression, runStatement, type Typed } from './expressions.ts'
import type { Frame } from './frame.ts'
import { assertTrue, raise } from './raise.ts'
import type { Returns } from './returns.ts'

/** How a statement ends: normally, by leaving a loop or block, or by returning. */
type Flow =
  | { readonly kind: 'normal' | 'return' }
  | { readonly kind: 'exit' | 'continue'; readonly label: string | undefined }

const NORMAL: Flow = { kind: 'normal' }
const RETURN: Flow = { kind: 'return' }

type Node<Kind extends keyof StatementKinds> = StatementKinds[Kind] & { readonly line: number }

export class Interpreter {
  readonly #frame: Frame
  readonly #returns: Returns
  /** The errors that are being handled, innermost last. */
  readonly #handling: PgError[] = []
  #rowCount = 0n

  constructor(frame: Frame, returns: Returns) {
    this.#frame = frame
    this.#returns = returns
  }

  /** @returns whether a RETURN was reached */
  run(): boolean {
    const flow = this.#block(this.#frame.tree.body)
    if (flow.kind === 'exit' || flow.kind === 'continue')
      throw new PgError('2F005', `control reached end of function without RETURN`)
    return flow.kind === 'return'
  }

  #list(statements: readonly Statement[] | undefined): Flow {
    for (const statement of statements ?? []) {
      const flow = this.#statement(statement)
      if (flow.kind !== 'normal') return flow
    }
    return NORMAL
  }

  #value(node: ExprNode): Typed {
    return evaluateExpression(this.#frame, node.PLpgSQL_expr)
  }

  /** A condition; NULL is false. */
  #test(node: ExprNode): boolean {
    const { value, type } = this.#value(node)
    return castValue(this.#frame.host.environment, value, type, OID.bool) === 1n
  }

  #setFound(found: boolean): void {
    for (const [number, slot] of this.#frame.slots)
      if (slot.kind === 'scalar' && slot.name === 'found' && this.#frame.tree.given.includes(number)) {
        slot.value = found ? 1n : 0n
        return
      }
  }

  #statement(statement: Statement): Flow {
    switch (statement.kind) {
      case 'block':
        return this.#block(statement)
      case 'assign': {
        const { value, type } = evaluateAssignment(this.#frame, statement.expr.PLpgSQL_expr)
        this.#frame.assign(statement.varno, value, type)
        return NORMAL
      }
      case 'if':
        return this.#if(statement)
      case 'case':
        return this.#case(statement)
      case 'loop':
        return this.#loop(statement, () => this.#list(statement.body), true)
      case 'while':
        return this.#loop(statement, () => (this.#test(statement.cond) ? this.#list(statement.body) : undefined), true)
      case 'fori':
        return this.#integers(statement)
      case 'fors':
        return this.#rows(statement, runQuery(this.#frame, statement.query.PLpgSQL_expr))
      case 'dynfors':
        return this.#rows(statement, runDynamic(this.#frame, statement.query, statement.params))
      case 'forc': {
        const [name, { plan }] = openCursor(this.#frame, {
          curvar: statement.curvar,
          ...(statement.argquery === undefined ? {} : { argquery: statement.argquery }),
        })
        try {
          return this.#rows(statement, { ...this.#frame.host.cursors.find(name), plan })
        } finally {
          if (this.#frame.host.cursors.has(name)) this.#frame.host.cursors.close(name)
          const slot = this.#frame.slot(statement.curvar)
          if (slot.kind === 'scalar') slot.value = null
        }
      }
      case 'foreach_a':
        return this.#foreach(statement)
      case 'exit':
        if (statement.cond !== undefined && !this.#test(statement.cond)) return NORMAL
        return { kind: statement.is_exit ? 'exit' : 'continue', label: statement.label }
      case 'return':
        // PL/pgSQL ends every body with a RETURN, which only output arguments take for one.
        if (statement.line === 0 && statement.retvarno === undefined && statement.expr === undefined) return NORMAL
        this.#returns.one(this.#frame, statement)
        return RETURN
      case 'return_next':
        this.#returns.next(this.#frame, statement)
        return NORMAL
      case 'return_query':
        this.#returnQuery(statement)
        return NORMAL
      case 'raise':
        raise(this.#frame, statement, this.#handling.at(-1))
        return NORMAL
      case 'assert':
        assertTrue(this.#frame, statement)
        return NORMAL
      case 'execsql':
        this.#execute(statement)
        return NORMAL
      case 'dynexecute':
        this.#executeDynamic(statement)
        return NORMAL
      case 'getdiag':
        getDiagnostics(this.#frame, statement, this.#rowCount, this.#handling.at(-1))
        return NORMAL
      case 'perform': {
        const { result } = runStatement(this.#frame, statement.expr.PLpgSQL_expr)
        this.#counted(result)
        this.#setFound(result.rows.length > 0)
        return NORMAL
      }
      case 'call':
        callProcedure(this.#frame, statement.expr.PLpgSQL_expr)
        return NORMAL
      case 'open':
        openCursor(this.#frame, statement)
        return NORMAL
      case 'fetch': {
        const count = fetchCursor(this.#frame, statement)
        this.#rowCount = BigInt(count)
        this.#setFound(count > 0)
        return NORMAL
      }
      case 'close':
        closeCursor(this.#frame, statement.curvar)
        return NORMAL
      case 'commit':
      case 'rollback':
        this.#frame.host.procedures.endTransaction(statement.kind === 'commit', statement.chain === true)
        return NORMAL
      default:
        throw unsupported(`${(statement as { kind: string }).kind} in PL/pgSQL`)
    }
  }

  #block(block: Node<'block'>): Flow {
    const { label, declares, exceptions } = block
    declare(this.#frame, declares, label)
    try {
      let flow: Flow
      if (exceptions === undefined) flow = this.#list(block.body)
      else {
        try {
          flow = this.#frame.host.procedures.subtransaction(() => this.#list(block.body))
        } catch (thrown) {
          const error = fromSqlite(thrown)
          const handler = exceptions.PLpgSQL_exception_block.exc_list.find(({ PLpgSQL_exception: { conditions } }) =>
            conditions.some(({ PLpgSQL_condition: { condname } }) => catches(condname, error)),
          )
          if (handler === undefined) throw thrown
          for (const notice of error.before) this.#frame.host.notify(notice)
          flow = this.#handle(error, handler.PLpgSQL_exception.action, exceptions.PLpgSQL_exception_block.variables)
        }
      }
      if (flow.kind === 'exit' && flow.label !== undefined && flow.label === label) return NORMAL
      return flow
    } finally {
      this.#frame.leave()
    }
  }

  /** SQLSTATE and SQLERRM are variables of the handler. */
  #handle(
    error: PgError,
    action: readonly Statement[] | undefined,
    variables: Readonly<Record<'sqlstate' | 'sqlerrm', number>>,
  ): Flow {
    const frame = this.#frame
    const names = new Map<string, number>()
    for (const [name, text] of [
      ['sqlstate', error.code],
      ['sqlerrm', error.message],
    ] as const) {
      const number = variables[name]
      frame.slots.set(number, {
        kind: 'scalar',
        name,
        type: OID.text,
        typmod: -1,
        constant: true,
        notNull: false,
        value: text,
      })
      names.set(name, number)
    }
    frame.enter(undefined, [], names)
    this.#handling.push(error)
    try {
      return this.#list(action)
    } finally {
      this.#handling.pop()
      frame.leave()
    }
  }

  #if({ cond, then_body: then, elsif_list: elsifs, else_body: otherwise }: Node<'if'>): Flow {
    if (this.#test(cond)) return this.#list(then)
    for (const { PLpgSQL_if_elsif: branch } of elsifs ?? [])
      if (this.#test(branch.cond)) return this.#list(branch.stmts)
    return this.#list(otherwise)
  }

  #case(statement: Node<'case'>): Flow {
    const frame = this.#frame
    const { t_expr: subject, t_varno: varno, case_when_list: branches } = statement
    if (subject !== undefined && varno !== undefined) {
      const { value, type } = this.#value(subject)
      const name = `__Case__Variable_${varno}__`
      frame.slots.set(varno, { kind: 'scalar', name, type, typmod: -1, constant: false, notNull: false, value })
      frame.enter(undefined, [varno])
    }
    try {
      for (const { PLpgSQL_case_when: branch } of branches) if (this.#test(branch.expr)) return this.#list(branch.stmts)
      if (!statement.have_else)
        throw new PgError('20000', 'case not found', { hint: 'CASE statement is missing ELSE part.' })
      return this.#list(statement.else_stmts)
    } finally {
      if (subject !== undefined && varno !== undefined) frame.leave()
    }
  }

  /** @param body gives undefined when the loop is over */
  #loop({ label }: { readonly label?: string }, body: () => Flow | undefined, named = false): Flow {
    if (named && label !== undefined) this.#frame.enter(label, [])
    try {
      for (;;) {
        this.#frame.host.requireTime()
        const flow = body()
        if (flow === undefined) return NORMAL
        if (flow.kind === 'return') return flow
        if (flow.kind === 'exit') {
          if (flow.label === undefined || flow.label === label) return NORMAL
          return flow
        }
        if (flow.kind === 'continue' && flow.label !== undefined && flow.label !== label) return flow
      }
    } finally {
      if (named && label !== undefined) this.#frame.leave()
    }
  }

  #integers(statement: Node<'fori'>): Flow {
    const env = this.#frame.host.environment
    const bound = (node: ExprNode, what: string): bigint => {
      const { value, type } = this.#value(node)
      const cast = castValue(env, value, type, OID.int4)
      if (cast === null) throw new PgError('22004', `${what} of FOR loop cannot be null`)
      return cast as bigint
    }
    const lower = bound(statement.lower, 'lower bound')
    const upper = bound(statement.upper, 'upper bound')
    const step = statement.step === undefined ? 1n : bound(statement.step, 'BY value')
    if (step <= 0n) throw new PgError('22023', 'BY value of FOR loop must be greater than zero')
    const { variable, label, reverse = false } = statement
    const slot = {
      kind: 'scalar' as const,
      name: this.#nameOf(variable),
      type: OID.int4,
      typmod: -1,
      constant: false,
      notNull: false,
      value: null as Value,
    }
    this.#frame.slots.set(variable, slot)
    this.#frame.enter(label, [variable])
    let found = false
    let at = lower
    try {
      return this.#loop(statement, () => {
        if (reverse ? at < upper : at > upper) return undefined
        slot.value = at
        at += reverse ? -step : step
        found = true
        return this.#list(statement.body)
      })
    } finally {
      this.#frame.leave()
      this.#setFound(found)
    }
  }

  #nameOf(number: number): string {
    const datum = this.#frame.datum(number)
    return datum.kind === 'var' || datum.kind === 'record' ? datum.name : ''
  }

  #rows(
    statement: {
      readonly label?: string
      readonly body?: readonly Statement[]
      readonly target: { readonly dno: number }
    },
    { rows, columns = [], reads = [], plan }: Found,
  ): Flow {
    const frame = this.#frame
    const target = statement.target.dno
    // A cursor's loop has its record to itself.
    const datum = frame.datum(target)
    const own = datum.kind === 'record' && !frame.slots.has(target)
    if (own) frame.slots.set(target, { kind: 'record', name: datum.name, rowType: 0, columns: undefined, values: null })
    frame.enter(statement.label, own ? [target] : [])
    if (rows.length === 0) frame.assignRow(target, undefined, columns)
    let next = 0
    try {
      const loop = (): Flow =>
        this.#loop(statement, () => {
          const row = rows[next++]
          if (row === undefined) return undefined
          frame.assignRow(target, row, columns)
          return this.#list(statement.body)
        })
      return frame.host.cursors.during(reads, () =>
        plan.kind === 'query' ? loop() : frame.host.procedures.loopOverChanges(loop),
      )
    } finally {
      frame.leave()
      this.#setFound(rows.length > 0)
    }
  }

  #foreach(statement: Node<'foreach_a'>): Flow {
    const env = this.#frame.host.environment
    const { value, type } = this.#value(statement.expr)
    if (value === null) throw new PgError('22004', 'FOREACH expression must not be null')
    const { catalog } = env
    const element = catalog.elementType(catalog.baseType(type))
    if (element === 0)
      throw new PgError('42804', `FOREACH expression must yield an array, not type ${formatType(catalog, type)}`)
    const { slice = 0 } = statement
    const { elements, dimensions } = loadElements(env, type, value)
    if (slice < 0 || slice > dimensions.length)
      throw new PgError('2202E', `slice dimension (${slice}) is out of the valid range 0..${dimensions.length}`)
    const shape = slice === 0 ? [] : dimensions.slice(-slice)
    const size = shape.reduce((product, length) => product * length, 1)
    let next = 0
    try {
      return this.#loop(
        statement,
        () => {
          if (next >= elements.length) return undefined
          const part = elements.slice(next, next + size)
          next += size
          if (slice === 0) this.#frame.assign(statement.varno, part[0] ?? null, element)
          else {
            const bounds = shape.map(() => 1)
            this.#frame.assign(statement.varno, storeArray({ dimensions: shape, bounds, elements: part }), type)
          }
          return this.#list(statement.body)
        },
        true,
      )
    } finally {
      this.#setFound(elements.length > 0)
    }
  }

  #counted({ rows, tag }: Result): void {
    const counted = /^(?:INSERT 0|UPDATE|DELETE|MERGE|SELECT|COPY|MOVE|FETCH) (\d+)$/.exec(tag)?.[1]
    this.#rowCount = counted === undefined ? BigInt(rows.length) : BigInt(counted)
  }

  #execute({ sqlstmt, into = false, strict = false, target }: Node<'execsql'>): void {
    const { plan, result } = runStatement(this.#frame, sqlstmt.PLpgSQL_expr)
    this.#counted(result)
    const { kind } = mainPlan(plan)
    if (kind === 'query' || kind === 'write') this.#setFound(this.#rowCount > 0n)
    if (into && target !== undefined) {
      this.#into(target.dno, plan, result, strict)
      return
    }
    if (result.columns !== undefined)
      throw new PgError('42601', 'query has no destination for result data', {
        hint: kind === 'query' ? 'If you want to discard the results of a SELECT, use PERFORM instead.' : '',
      })
  }

  #into(target: number, plan: Plan, { rows, columns }: Result, strict: boolean): void {
    if (columns === undefined) throw new PgError('42601', 'INTO used with a command that cannot return data')
    if (strict && rows.length === 0) throw new PgError('P0002', 'query returned no rows')
    // A statement that changes data must not change more than one row.
    if (rows.length > 1 && (strict || mainPlan(plan).kind === 'write'))
      throw new PgError('P0003', 'query returned more than one row')
    this.#frame.assignRow(target, rows[0], columns)
  }

  #executeDynamic({ query, into = false, strict = false, target, params }: Node<'dynexecute'>): void {
    const { plan, ...result } = runDynamic(this.#frame, query, params)
    this.#counted(result)
    if (into && target !== undefined) this.#into(target.dno, plan, result, strict)
  }

  #returnQuery(statement: Node<'return_query'>): void {
    const { query, dynquery, params } = statement
    const { rows, columns } =
      query === undefined
        ? runDynamic(this.#frame, dynquery as ExprNode, params)
        : runQuery(this.#frame, query.PLpgSQL_expr)
    this.#returns.rows(this.#frame, rows, columns ?? [])
    this.#rowCount = BigInt(rows.length)
    this.#setFound(rows.length > 0)
  }
}
