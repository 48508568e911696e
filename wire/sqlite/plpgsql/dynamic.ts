/** EXECUTE, and queries whose rows a loop or RETURN QUERY takes. */
import { parse } from '../../../compiler/parse.ts'
import type { Plan } from '../../../compiler/plan.ts'
import type { Expression, ExprNode } from '../../../compiler/plpgsql/tree.ts'
import type { OutputColumn } from '../../../compiler/tree/query.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import type { Result } from '../result.ts'
import { withoutPosition } from '../routine/without-position.ts'
import { evaluateExpression, runStatement } from './expressions.ts'
import type { Frame } from './frame.ts'
import { textOf } from './raise.ts'

/** What a statement has found, for a loop or a cursor to go through. */
export type Found = Pick<Result, 'rows' | 'columns' | 'reads'> & { readonly plan: Plan }

/** EXECUTE text USING values. @throws PgError 22004 for a text that is NULL */
export const runDynamic = (
  frame: Frame,
  query: ExprNode,
  params: readonly ExprNode[] = [],
): Result & { readonly plan: Plan } => {
  const text = textOf(frame, evaluateExpression(frame, query.PLpgSQL_expr))
  if (text === null) throw new PgError('22004', 'query string argument of EXECUTE is null')
  const values = params.map((param) => evaluateExpression(frame, param.PLpgSQL_expr))
  const statements = withoutPosition(() => parse(text))
  const [parsed] = statements
  if (parsed === undefined || statements.length > 1) throw unsupported('EXECUTE of several statements or of none')
  if (parsed.tag === 'TransactionStmt') throw new PgError('0A000', 'EXECUTE of transaction commands is not implemented')
  const plan = withoutPosition(() =>
    frame.host.compile(
      text,
      parsed,
      undefined,
      values.map(({ type }) => type),
    ),
  )
  const bindings = Object.fromEntries(values.map(({ value }, at) => [`p${at + 1}`, value]))
  return { plan, ...frame.host.procedures.dynamic(() => frame.host.perform(plan, bindings)) }
}

/** @throws PgError 42601 for a statement that returns no rows */
export const runQuery = (
  frame: Frame,
  expression: Expression,
): Found & { readonly columns: readonly OutputColumn[] } => {
  const { plan, result } = runStatement(frame, expression)
  if (result.columns === undefined) throw new PgError('42601', 'cannot open query as cursor')
  return { ...result, plan, columns: result.columns }
}
