/** CALL and DO. Manual: "CALL", "DO". */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { bindExpression } from '../bind/expression.ts'
import { arrangeArguments, describeCall, findFunction } from '../bind/function.ts'
import { errorAt, nothingElse, refuse, rootScope } from '../bind/scope.ts'
import type { FunctionInfo } from '../catalog/entries.ts'
import { lowerFolded } from '../lower/expression.ts'
import type { CallPlan, DoPlan } from '../plan.ts'
import { blockFunction } from '../plpgsql/block.ts'
import { outputColumnsOf } from '../routine/sql-function.ts'
import { core, literal, select } from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import { common, newPlace, queryOf, type StatementContext } from './context.ts'
import { inBody } from './in-body.ts'

/** A procedure as it is called: its output arguments are named as well. */
const withOutputs = (fn: FunctionInfo): FunctionInfo =>
  fn.kind === 'p' && fn.modes?.includes('o') ? { ...fn, args: fn.allArgs ?? fn.args, allArgs: null, modes: null } : fn

export const planCall = (context: StatementContext, { funccall }: Ast.CallStmt): CallPlan => {
  const { funcname = [], args = [], location, funcformat: _format, ...rest } = funccall ?? {}
  const scope = rootScope(context.statement, { clause: 'call' })
  nothingElse(scope, 'CALL', rest)
  const path = funcname.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const names: string[] = []
  const actual = args.map((arg) => {
    if (!('NamedArgExpr' in arg)) return bindExpression(scope, arg)
    names.push(arg.NamedArgExpr.name ?? '')
    return bindExpression(scope, arg.NamedArgExpr.arg as Ast.Node)
  })
  const types = actual.map(({ type }) => type)
  const describe = describeCall(context.statement.catalog, path.join('.'), types, names)
  let found: ReturnType<typeof findFunction>
  try {
    found = findFunction(scope, path, types, names, { variadic: false, location, seenAs: withOutputs })
  } catch (error) {
    if (error instanceof PgError && error.code === '42883')
      throw errorAt(scope, location, '42883', `procedure ${describe} does not exist`, {
        hint: 'No procedure matches the given name and argument types. You might need to add explicit type casts.',
      })
    throw error
  }
  if (found.kind === 'coercion' || found.fn.kind !== 'p')
    throw errorAt(scope, location, '42809', `${describe} is not a procedure`, {
      hint: 'To call a function, use SELECT.',
    })
  const { catalog } = context.statement
  const fn = catalog.fn(found.fn.oid)
  const alike = found.fn.args.join()
  const twins = catalog.functionsNamed(fn.schema, fn.name).filter((each) => withOutputs(each).args.join() === alike)
  if (twins.length > 1)
    throw errorAt(scope, location, '42725', `procedure ${describe} is not unique`, {
      hint: 'Could not choose a best candidate procedure. You might need to add explicit type casts.',
    })
  const { args: all } = arrangeArguments(scope, found, actual, location)
  const modeAt = (at: number): string => fn.modes?.[at] ?? 'i'
  // What stands for an output argument is not computed.
  const inputs = all.filter((_, at) => modeAt(at) !== 'o')
  const place = newPlace(context)
  const targets = inputs.map((arg) => ({ expr: lowerFolded(place, arg), alias: undefined }))
  const outputs = outputColumnsOf(fn)
  return {
    kind: 'call',
    fn,
    outputs: all.flatMap((arg, at) => ('bo'.includes(modeAt(at)) ? [variableOf(context, arg)] : [])),
    types: inputs.map(({ type }) => type),
    args: queryOf(
      place,
      select(core({ targets: targets.length === 0 ? [{ expr: literal(null), alias: undefined }] : targets })),
    ),
    columns: outputs.length === 0 ? undefined : outputs,
    ...common(context, 'CALL'),
  }
}

/** The variable that an argument consists of. */
const variableOf = ({ statement }: StatementContext, arg: Expr | undefined): string | undefined =>
  arg?.kind === 'param' ? statement.captured[arg.number - 1]?.id : undefined

export const planDo = (context: StatementContext, { args = [] }: Ast.DoStmt): DoPlan => {
  const scope = rootScope(context.statement)
  let language = 'plpgsql'
  let text: string | undefined
  let at: number | undefined
  for (const arg of args) {
    if (!('DefElem' in arg)) continue
    const { defname, arg: value } = arg.DefElem
    const string = value !== undefined && 'String' in value ? (value.String.sval ?? '') : ''
    if (defname === 'language') language = string.toLowerCase()
    else {
      text = string
      at = arg.DefElem.location
    }
  }
  if (text === undefined) throw new PgError('42601', 'no inline code specified')
  if (language === 'sql') throw new PgError('0A000', 'language "sql" does not support inline code execution')
  if (language !== 'plpgsql') throw refuse(scope, `DO in language ${language}`)
  const body = { language, text } as const
  const { server } = context.host ?? {}
  inBody(scope, { location: at, text }, () =>
    server?.checkPlpgsql(scope.statement.catalog, blockFunction(body), 'block'),
  )
  return { kind: 'do', body, ...common(context, 'DO') }
}
