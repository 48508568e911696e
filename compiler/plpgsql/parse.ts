/**
 * PL/pgSQL by libpg_query's own parser of it. Its JSON does not say which block declares which variable; that is put
 * back here from the order and the lines of the declarations.
 */
import { parsePlPgSQLSync, scanSync } from 'libpg-query'
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { utf8 } from '../../wire/protocol/utf8.ts'
import type { NameConflict } from '../bind/variable.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { OID } from '../catalog/oid.ts'
import { parse } from '../parse.ts'
import type { Executable } from './block.ts'
import { type Prepared, prepare, quote, type Token } from './declarations.ts'
import type { Datum, Expression, ExprNode, PlpgsqlFunction, Statement } from './tree.ts'

type Json = Readonly<Record<string, unknown>>

const MODES: Readonly<Record<string, string>> = { i: 'in', o: 'out', b: 'inout', v: 'in', t: 'out' }

/** A delimiter that a body does not contain. */
const dollar = (text: string): string => {
  let tag = '$body$'
  for (let count = 1; text.includes(tag); count++) tag = `$body${count}$`
  return tag
}

const expression = (node: unknown): Expression | undefined => (node as ExprNode | undefined)?.PLpgSQL_expr

const datumOf = (node: Json, { types, defaults }: Prepared): Datum => {
  const [tag, body] = Object.entries(node)[0] as [string, Json]
  const name = String(body.refname ?? '')
  const line = Number(body.lineno ?? 0)
  const written = (body.datatype as { PLpgSQL_type?: { typname?: string } } | undefined)?.PLpgSQL_type?.typname ?? ''
  const own = types.get(`${name}:${line}`)
  const typeName = own !== undefined && written.startsWith('text') ? own + written.slice(4) : written
  switch (tag) {
    case 'PLpgSQL_var':
      return {
        kind: 'var',
        name,
        line,
        typeName,
        constant: body.isconst === true,
        notNull: body.notnull === true,
        default: expression(body.default_val),
        cursor: expression(body.cursor_explicit_expr),
        cursorArgs: Number(body.cursor_explicit_argrow ?? -1) < 0 ? undefined : Number(body.cursor_explicit_argrow),
      }
    case 'PLpgSQL_rec':
      // A type that the parser does not know is a record to it.
      if (typeName !== '' && typeName !== 'record')
        return {
          kind: 'var',
          name,
          line,
          typeName,
          constant: body.isconst === true,
          notNull: body.notnull === true,
          default: expression(body.default_val),
          cursor: undefined,
          cursorArgs: undefined,
        }
      return {
        kind: 'record',
        name,
        line,
        typeName: own,
        default: defaults.get(`${name}:${line}`),
      }
    case 'PLpgSQL_row':
      return {
        kind: 'row',
        fields: ((body.fields ?? []) as { name: string; varno: number }[]).map((field) => ({
          name: field.name,
          varno: field.varno ?? 0,
        })),
      }
    case 'PLpgSQL_recfield':
      return { kind: 'field', field: String(body.fieldname), record: Number(body.recparentno ?? 0) }
    default:
      throw unsupported(`${tag} in PL/pgSQL`)
  }
}

/** Gives blocks and loops the variables that they declare, in the order in which the parser has met them. */
class Reader {
  readonly #datums: readonly Datum[]
  readonly #raw: readonly Json[]
  #next: number

  constructor(datums: readonly Datum[], raw: readonly Json[], first: number) {
    this.#datums = datums
    this.#raw = raw
    this.#next = first
  }

  /** The variables declared up to a block's BEGIN. */
  #declared(line: number): number[] {
    const numbers: number[] = []
    for (; this.#next < this.#datums.length; this.#next++) {
      const datum = this.#datums[this.#next] as Datum
      if (datum.kind === 'row' || datum.kind === 'field') continue
      if (datum.line > line) break
      numbers.push(this.#next)
    }
    return numbers
  }

  #loopVariable(name: string, line: number): number {
    const at = this.#datums.findIndex(
      (datum, index) =>
        index >= this.#next &&
        datum.kind !== 'row' &&
        datum.kind !== 'field' &&
        datum.name === name &&
        datum.line === line,
    )
    if (at < 0) throw unsupported('this loop variable of PL/pgSQL')
    this.#next = at + 1
    return at
  }

  #target(node: unknown): { readonly dno: number } | undefined {
    if (node === undefined) return undefined
    const [tag, body] = Object.entries(node as Json)[0] as [string, Json]
    if (tag === 'PLpgSQL_rec') return { dno: Number(body.dno ?? 0) }
    const key = JSON.stringify(node)
    const at = this.#raw.findIndex((other) => JSON.stringify(other) === key)
    if (at < 0) throw unsupported('this target of PL/pgSQL')
    return { dno: at }
  }

  list = (nodes: unknown): Statement[] => ((nodes ?? []) as Json[]).map(this.statement)

  statement = (node: Json): Statement => {
    const [tag, body] = Object.entries(node)[0] as [string, Json]
    const kind = tag.replace('PLpgSQL_stmt_', '')
    const line = Number(body.lineno ?? 0)
    const common = { ...body, kind, line }
    const looping = (extra: Json = {}): Statement =>
      ({ ...common, ...extra, body: this.list(body.body) }) as unknown as Statement
    switch (kind) {
      case 'block': {
        const declares = this.#declared(line)
        const inner = this.list(body.body)
        const exceptions = body.exceptions as { PLpgSQL_exception_block: { exc_list: Json[] } } | undefined
        return {
          ...common,
          declares,
          body: inner,
          ...(exceptions === undefined ? {} : { exceptions: this.#exceptions(exceptions) }),
        } as unknown as Statement
      }
      case 'if':
        return {
          ...common,
          then_body: this.list(body.then_body),
          elsif_list: ((body.elsif_list ?? []) as { PLpgSQL_if_elsif: Json }[]).map(({ PLpgSQL_if_elsif: each }) => ({
            PLpgSQL_if_elsif: { ...each, stmts: this.list(each.stmts) },
          })),
          else_body: this.list(body.else_body),
        } as unknown as Statement
      case 'case':
        return {
          ...common,
          case_when_list: ((body.case_when_list ?? []) as { PLpgSQL_case_when: Json }[]).map(
            ({ PLpgSQL_case_when: each }) => ({ PLpgSQL_case_when: { ...each, stmts: this.list(each.stmts) } }),
          ),
          else_stmts: this.list(body.else_stmts),
        } as unknown as Statement
      case 'fori': {
        const { PLpgSQL_var: variable } = body.var as { PLpgSQL_var: { refname: string; lineno?: number } }
        return looping({ variable: this.#loopVariable(variable.refname, variable.lineno ?? 0) })
      }
      case 'fors':
      case 'forc':
      case 'dynfors':
        if (kind === 'forc') {
          const { PLpgSQL_rec: record } = body.var as { PLpgSQL_rec?: { refname: string; lineno?: number } }
          const dno = record && this.#loopVariable(record.refname, record.lineno ?? 0)
          return looping({
            curvar: Number(body.curvar ?? 0),
            target: dno === undefined ? this.#target(body.var) : { dno },
          })
        }
        return looping({ target: this.#target(body.var) })
      case 'loop':
      case 'while':
        return looping()
      case 'execsql':
      case 'dynexecute':
      case 'fetch':
        return {
          ...common,
          curvar: Number(body.curvar ?? 0),
          target: this.#target(body.target),
        } as unknown as Statement
      case 'assign':
      case 'foreach_a':
        return (kind === 'assign'
          ? { ...common, varno: Number(body.varno ?? 0) }
          : looping({ varno: Number(body.varno ?? 0) })) as unknown as Statement
      case 'open':
      case 'close':
        return { ...common, curvar: Number(body.curvar ?? 0) } as unknown as Statement
      case 'getdiag':
        return {
          ...common,
          diag_items: (body.diag_items as { PLpgSQL_diag_item: Json }[]).map(({ PLpgSQL_diag_item: item }) => ({
            PLpgSQL_diag_item: { ...item, target: Number(item.target ?? 0) },
          })),
        } as unknown as Statement
      default:
        return common as unknown as Statement
    }
  }

  #exceptions({
    PLpgSQL_exception_block: { exc_list: list },
  }: {
    PLpgSQL_exception_block: { exc_list: Json[] }
  }): Json {
    // SQLSTATE and SQLERRM, variables of the handlers, are made where EXCEPTION stands.
    const sqlstate = this.#datums.findIndex(
      (datum, at) => at >= this.#next && datum.kind === 'var' && datum.name === 'sqlstate',
    )
    if (sqlstate < 0) throw unsupported('this PL/pgSQL')
    const variables = { sqlstate, sqlerrm: sqlstate + 1 }
    this.#next = sqlstate + 2
    return {
      PLpgSQL_exception_block: {
        variables,
        exc_list: list.map((item) => {
          const { PLpgSQL_exception: each } = item as { PLpgSQL_exception: Json }
          return { PLpgSQL_exception: { ...each, action: this.list(each.action) } }
        }),
      },
    }
  }
}

const trees = new WeakMap<object, PlpgsqlFunction>()

/**
 * @param kind what the function is called as
 * @throws PgError 42601 for what PL/pgSQL's grammar does not take; 0A000 for what is not supported
 */
export const parsePlpgsql = (
  catalog: Catalog,
  fn: Executable,
  kind: 'function' | 'trigger' | 'event trigger' | 'block',
): PlpgsqlFunction => {
  const { body } = fn
  if (body === undefined) throw new Error('a function without a body')
  const known = trees.get(body)
  if (known !== undefined) return known
  const kindOf = (path: readonly string[]): string | undefined => {
    const name = path.at(-1) ?? ''
    const schemas = path.length > 1 ? [path.at(-2) ?? ''] : [...catalog.contents.schemas.keys(), 'pg_temp_0']
    return schemas
      .map((schema) => catalog.typeNamed(schema, name))
      .find((type) => type !== undefined && type.schema !== 'pg_catalog')?.kind
  }
  const prepared = prepare(body.text, kindOf)
  const { text } = prepared
  const modes = fn.modes ?? fn.args.map(() => 'i')
  const all = fn.allArgs ?? fn.args
  const parameters = all.map(
    (type, at) =>
      `${MODES[modes[at] ?? 'i']} ${fn.names?.[at] ? quote(fn.names[at] as string) : ''} ${standIn(catalog, type)}`,
  )
  const outputs = modes.filter((mode) => 'obt'.includes(mode)).length
  const returns =
    kind === 'trigger'
      ? 'trigger'
      : kind === 'event trigger'
        ? 'event_trigger'
        : fn.result === OID.void || kind === 'block'
          ? 'void'
          : outputs > 1
            ? 'record'
            : standIn(catalog, fn.result)
  const tag = dollar(text)
  const head =
    fn.kind === 'p'
      ? `create procedure f(${parameters.join(', ')})`
      : `create function f(${parameters.join(', ')}) returns ${fn.set ? 'setof ' : ''}${returns}`
  let parsed: { plpgsql_funcs?: { PLpgSQL_function: Json }[] }
  try {
    parsed = parsePlPgSQLSync(`${head} language plpgsql as ${tag}${text}${tag}`) as typeof parsed
  } catch (error) {
    throw bodyError(error, body.text)
  }
  const raw = parsed.plpgsql_funcs?.[0]?.PLpgSQL_function
  if (raw === undefined) throw unsupported('this PL/pgSQL')
  const nodes = (raw.datums ?? []) as Json[]
  const datums = nodes.map((node) => datumOf(node, prepared))
  const found = datums.findIndex((datum) => datum.kind === 'var' && datum.name === 'found')
  const given = datums.flatMap((datum, at) =>
    at <= found && datum.kind !== 'row' && datum.kind !== 'field' ? [at] : [],
  )
  const reader = new Reader(datums, nodes, found + 1)
  const block = reader.statement(raw.action as Json)
  if (block.kind !== 'block') throw unsupported('this PL/pgSQL')
  checkExpressions(raw)
  const tree: PlpgsqlFunction = {
    datums,
    given,
    outVariable: raw.out_param_varno === undefined ? undefined : Number(raw.out_param_varno),
    conflict: conflictOf(text),
    body: block,
  }
  trees.set(body, tree)
  return tree
}

const CONFLICTS: Readonly<Record<string, NameConflict>> = { use_column: 'column', use_variable: 'variable' }

/** The options of a body stand before its first block; the last one of a kind counts. */
const conflictOf = (text: string): NameConflict => {
  const { tokens } = scanSync(text) as unknown as { tokens: readonly Token[] }
  const words = tokens.map((token) => token.text.toLowerCase())
  let conflict: NameConflict = 'error'
  for (let at = 0; words[at] === '#'; at += words[at + 1] === 'dump' ? 2 : 3)
    if (words[at + 1] === 'variable_conflict') conflict = CONFLICTS[words[at + 2] ?? ''] ?? 'error'
  return conflict
}

/** Errors of PL/pgSQL's compiler that need no server to be told. */
const OWN_ERRORS: ReadonlyMap<string, string> = new Map([
  ['too many parameters specified for RAISE', '42601'],
  ['too few parameters specified for RAISE', '42601'],
])

/** A type that the parser knows, in the place of one that only the catalog knows. */
const standIn = (catalog: Catalog, type: number): string =>
  type === OID.record || catalog.type(type).kind === 'c' ? 'record' : 'text'

/**
 * PL/pgSQL's grammar is PostgreSQL's own, but a name that it does not find may be one that only a server knows. The
 * position is that of the token it complains about, when there is only one like it.
 */
const bodyError = (error: unknown, text: string): PgError => {
  const message = error instanceof Error ? error.message : String(error)
  const own = OWN_ERRORS.get(message)
  if (own !== undefined) return new PgError(own, message)
  const near = /^syntax error at or near "(.*)"$/s.exec(message)?.[1]
  const { tokens } = scanSync(text) as unknown as { tokens: readonly Token[] }
  const [token, ...others] = tokens.filter((each) => each.text === near)
  if (token === undefined || others.length > 0) return unsupported(`this PL/pgSQL function (${message})`)
  const position = utf8(new TextEncoder().encode(text).subarray(0, token.start)).length + 1
  return new PgError('42601', message, { position })
}

/** All SQL in a function's body must be SQL. @throws PgError 0A000, as where in the body it stands is not known */
const checkExpressions = (node: unknown): void => {
  if (Array.isArray(node)) for (const item of node) checkExpressions(item)
  else if (typeof node === 'object' && node !== null) {
    const { PLpgSQL_expr: found } = node as Partial<ExprNode>
    if (found !== undefined) checkExpression(found)
    else for (const value of Object.values(node)) checkExpressions(value)
  }
}

const checkExpression = ({ query, parseMode }: Expression): void => {
  // The target of an assignment is told from its source when it is executed.
  if (parseMode > 2) return
  try {
    parse(parseMode === 2 ? `select ${query}` : query)
  } catch (error) {
    throw error instanceof PgError && error.code === '42601'
      ? unsupported(`this PL/pgSQL function (${error.message})`)
      : error
  }
}
