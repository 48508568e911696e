/** CALL and DO. Manual: "CALL", "DO". */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { bindExpression } from '../bind/expression.ts'
import { arrangeArguments, describeCall, findFunction } from '../bind/function.ts'
import { errorAt, nothingElse, refuse, rootScope } from '../bind/scope.ts'
import { lowerFolded } from '../lower/expression.ts'
import type { CallPlan, DoPlan } from '../plan.ts'
import { blockFunction } from '../plpgsql/block.ts'
import { outputColumnsOf } from '../routine/sql-function.ts'
import { core, literal, select } from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import { common, newPlace, queryOf, type StatementContext } from './context.ts'
import { inBody } from './in-body.ts'

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
    found = findFunction(scope, path, types, names, { variadic: false, location })
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
  const { fn } = found
  const arranged = arrangeArguments(scope, found, actual, location)
  const place = newPlace(context)
  const targets = arranged.args.map((arg) => ({ expr: lowerFolded(place, arg), alias: undefined }))
  const outputs = outputColumnsOf(fn)
  const inputs = (fn.modes ?? []).filter((mode) => !'ot'.includes(mode))
  return {
    kind: 'call',
    fn,
    outputs: inputs.flatMap((mode, at) => (mode === 'b' ? [variableOf(context, arranged.args[at])] : [])),
    types: arranged.args.map(({ type }) => type),
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
