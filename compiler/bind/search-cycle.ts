/**
 * SEARCH and CYCLE of a recursive WITH query: columns that its terms compute beside their own. Manual, "Search Order" and "Cycle
 * Detection"; after analyzeCTE in parse_cte.c and rewriteSearchAndCycle in rewriteSearchCycle.c.
 */
import type * as Ast from '@pgsql/types'
import { OID } from '../catalog/oid.ts'
import { recordType } from '../catalog/record-type.ts'
import type { Expr } from '../tree/expression.ts'
import type { Cte, OutputColumn, Query, RangeEntry } from '../tree/query.ts'
import { hasVolatile } from '../tree/walk.ts'
import { fromRanges } from '../tree/walk-query.ts'
import { coerceToCommon, commonType } from './coerce.ts'
import { columnOf } from './column.ts'
import { bindExpression } from './expression.ts'
import { callFunction } from './function.ts'
import { applyOperator } from './operator.ts'
import { errorAt, refuse, rootScope, type Scope } from './scope.ts'

interface Clauses {
  readonly search?: Ast.CTESearchClause | undefined
  readonly cycle?: Ast.CTECycleClause | undefined
}

const namesOf = (nodes: readonly Ast.Node[] = []): string[] =>
  nodes.map((node) => ('String' in node ? (node.String.sval ?? '') : ''))

/** The mark of rows that close a cycle, and that of the others. */
interface Mark {
  readonly value: Expr
  readonly other: Expr
}

const bindMark = (scope: Scope, { cycle_mark_value: value, cycle_mark_default: other }: Ast.CTECycleClause): Mark => {
  const both = [value, other].map((node) => bindExpression(rootScope(scope.statement), node as Ast.Node))
  const type = commonType(scope.statement, both, 'CYCLE')
  const [first, second] = both.map((expr) => coerceToCommon(scope.statement, expr, type, 'CYCLE'))
  return { value: first as Expr, other: second as Expr }
}

/** The row of some columns, as the clauses keep it. */
const rowType = (columns: readonly OutputColumn[], names: readonly string[], depth: boolean): number =>
  recordType([
    ...(depth ? [{ name: '*DEPTH*', type: OID.int8, typmod: -1 }] : []),
    ...names.flatMap((name) => columns.filter((column) => column.name === name)),
  ])

/** What the clauses add to a WITH query. */
export interface Extension {
  /** In the order of the columns: the sequence of SEARCH, the mark and the path of CYCLE. */
  readonly columns: readonly OutputColumn[]
  /** @throws PgError 42601, 42701 for what does not fit the query's own columns */
  check(): void
  /** The two terms with the columns computed. */
  extend(left: Query, right: Query): { readonly left: Query; readonly right: Query }
}

/** @param own the columns of the query itself */
export const bindSearchCycle = (
  scope: Scope,
  cte: Cte,
  own: readonly OutputColumn[],
  { search, cycle }: Clauses,
): Extension => {
  const searched = namesOf(search?.search_col_list)
  const cycled = namesOf(cycle?.cycle_col_list)
  const breadth = search?.search_breadth_first ?? false
  const [sequenceName = '', markName = '', pathName = ''] = [
    search?.search_seq_column,
    cycle?.cycle_mark_column,
    cycle?.cycle_path_column,
  ]
  const mark = cycle && bindMark(scope, cycle)
  const sequenceRow = search && rowType(own, searched, breadth)
  const pathRow = cycle && rowType(own, cycled, false)
  const columns: OutputColumn[] = []
  if (sequenceRow !== undefined)
    columns.push({ name: sequenceName, type: breadth ? sequenceRow : sequenceRow + 1, typmod: -1 })
  if (mark !== undefined && pathRow !== undefined)
    columns.push(
      { name: markName, type: mark.value.type, typmod: -1 },
      { name: pathName, type: pathRow + 1, typmod: -1 },
    )

  const rowOf = (type: number, fields: readonly Expr[]): Expr => {
    if (fields.some(hasVolatile))
      throw refuse(scope, 'a volatile column in SEARCH or CYCLE', search?.location ?? cycle?.location)
    return { kind: 'row', fields, names: fields.map((_, at) => `f${at + 1}`), type, typmod: -1 }
  }
  const listOf = (row: Expr): Expr => ({
    kind: 'array',
    elements: [row],
    nested: false,
    type: row.type + 1,
    typmod: -1,
  })
  const appended = (list: Expr, row: Expr): Expr => ({
    kind: 'call',
    fn: scope.statement.catalog.fn(ARRAY_APPEND),
    args: [list, row],
    type: list.type,
    typmod: -1,
  })
  const isIn = (row: Expr, list: Expr): Expr => {
    const operator = scope.statement.catalog
      .operatorsNamed('=')
      .find(({ left, right }) => left === OID.record && right === OID.record)
    if (operator === undefined) throw new Error('no equality of records')
    const fn = scope.statement.catalog.fn(operator.function)
    return { kind: 'arrayTest', operator, fn, left: row, array: list, all: false, type: OID.bool, typmod: -1 }
  }

  const fieldsOf = (query: Query, names: readonly string[]): Expr[] => {
    const targets = query.targets.filter(({ hidden }) => !hidden)
    return names.map((name) => targets[own.findIndex((column) => column.name === name)]?.expr as Expr)
  }

  /** What each term computes; `before` is the row that it goes on from. */
  const computed = (query: Query, before: RangeEntry | undefined): Expr[] => {
    const previous = (at: number): Expr => columnOf(before as RangeEntry, own.length + at)
    const exprs: Expr[] = []
    if (sequenceRow !== undefined) {
      const fields = fieldsOf(query, searched)
      if (breadth) {
        const last: Expr | undefined = before && {
          kind: 'field',
          arg: previous(0),
          index: 0,
          type: OID.int8,
          typmod: -1,
        }
        const depth: Expr =
          last === undefined
            ? { kind: 'const', value: 0n, type: OID.int8, typmod: -1 }
            : callFunction(scope, INT8_INC, [last])
        exprs.push(rowOf(sequenceRow, [depth, ...fields]))
      } else {
        const row = rowOf(sequenceRow, fields)
        exprs.push(before === undefined ? listOf(row) : appended(previous(0), row))
      }
    }
    if (mark !== undefined && pathRow !== undefined) {
      const row = rowOf(pathRow, fieldsOf(query, cycled))
      const path = before && previous(exprs.length + 1)
      if (path === undefined) exprs.push(mark.other, listOf(row))
      else
        exprs.push(
          {
            kind: 'case',
            whens: [{ when: isIn(row, path), result: mark.value }],
            otherwise: mark.other,
            type: mark.value.type,
            typmod: -1,
          },
          appended(path, row),
        )
    }
    return exprs
  }

  const withColumns = (query: Query, exprs: readonly Expr[]): Query => ({
    ...query,
    targets: [...query.targets, ...exprs.map((expr, at) => ({ expr, name: columns[at]?.name ?? '', hidden: false }))],
  })

  return {
    columns,
    check: () => checkNames(scope, own, { search, cycle }),
    extend: (left, right) => {
      const before = fromRanges(right.from).find(({ source }) => source.kind === 'cte' && source.cte === cte)
      if (
        before === undefined ||
        [left, right].some(({ distinct, setReturning }) => distinct !== undefined || setReturning)
      )
        throw refuse(scope, 'SEARCH or CYCLE of this query', search?.location ?? cycle?.location)
      const goesOn =
        mark && applyOperator(scope.statement, '<>', columnOf(before, own.length + columns.length - 2), mark.value)
      const where: Expr | undefined =
        right.where !== undefined && goesOn !== undefined
          ? { kind: 'and', args: [right.where, goesOn], type: OID.bool, typmod: -1 }
          : (goesOn ?? right.where)
      return {
        left: withColumns(left, computed(left, undefined)),
        right: { ...withColumns(right, computed(right, before)), where },
      }
    },
  }
}

/** The oids of array_append(anycompatiblearray, anycompatible) and int8inc(bigint). */
const ARRAY_APPEND = 378
const INT8_INC = 1219

const checkNames = (scope: Scope, own: readonly OutputColumn[], { search, cycle }: Clauses): void => {
  const isOwn = (name: string | undefined): boolean => own.some((column) => column.name === name)
  const checkList = (names: readonly string[], clause: 'search' | 'cycle', location: number | undefined): void => {
    for (const [at, name] of names.entries()) {
      if (!isOwn(name))
        throw errorAt(scope, location, '42601', `${clause} column "${name}" not in WITH query column list`)
      if (names.indexOf(name) < at)
        throw errorAt(scope, location, '42701', `${clause} column "${name}" specified more than once`)
    }
  }
  const checkNew = (what: string, name: string | undefined, location: number | undefined): void => {
    if (isOwn(name))
      throw errorAt(scope, location, '42601', `${what} column name "${name}" already used in WITH query column list`)
  }
  const same = (one: string, other: string, location: number | undefined): void => {
    throw errorAt(scope, location, '42601', `${one} column name and ${other} column name are the same`)
  }
  if (search !== undefined) {
    checkList(namesOf(search.search_col_list), 'search', search.location)
    checkNew('search sequence', search.search_seq_column, search.location)
  }
  if (cycle === undefined) return
  checkList(namesOf(cycle.cycle_col_list), 'cycle', cycle.location)
  checkNew('cycle mark', cycle.cycle_mark_column, cycle.location)
  checkNew('cycle path', cycle.cycle_path_column, cycle.location)
  if (cycle.cycle_mark_column === cycle.cycle_path_column) same('cycle mark', 'cycle path', cycle.location)
  if (search === undefined) return
  if (search.search_seq_column === cycle.cycle_mark_column) same('search sequence', 'cycle mark', search.location)
  if (search.search_seq_column === cycle.cycle_path_column) same('search sequence', 'cycle path', search.location)
}
