/** CALL in PL/pgSQL: output arguments are variables, which get what the procedure leaves in them. After exec_stmt_call (pl_exec.c). */
import { OID } from '../../../compiler/catalog/oid.ts'
import type { CallPlan } from '../../../compiler/plan.ts'
import type { Expression } from '../../../compiler/plpgsql/tree.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import { runStatement } from './expressions.ts'
import type { Frame } from './frame.ts'

/** The numbers of the variables. @throws PgError 42601 where an argument is none, 22005 where it is a constant */
const targetsOf = (frame: Frame, { columns = [], outputs = [] }: CallPlan): number[] =>
  outputs.map((id, at) => {
    if (id === undefined)
      throw new PgError(
        '42601',
        `procedure parameter "${columns[at]?.name}" is an output parameter but corresponding argument is not writable`,
      )
    const number = Number(id)
    if (Number.isNaN(number)) throw unsupported('a part of a record as an output argument of CALL')
    frame.requireAssignable(frame.slot(number))
    return number
  })

export const callProcedure = (frame: Frame, expression: Expression): void => {
  let targets: readonly number[] = []
  const { result } = runStatement(frame, expression, (plan) => {
    targets = plan.kind === 'call' ? targetsOf(frame, plan) : []
  })
  const [row = []] = result.rows
  for (const [at, number] of targets.entries())
    frame.assign(number, row[at] ?? null, result.columns?.[at]?.type ?? OID.text)
}
