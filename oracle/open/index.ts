/** What a query leaves open, found out by asking PostgreSQL itself, in one way after the other. */
import type { Engine, Outcome } from '../outcome.ts'
import { isOpenByBranches } from './branches.ts'
import { isOpenByConditions } from './conditions.ts'
import { isOpenByOrder } from './order.ts'
import { isOpenByPlan } from './plan.ts'
import { ask } from './question.ts'
import { isOpenByTerms } from './terms.ts'

const WAYS = [isOpenByPlan, isOpenByOrder, isOpenByConditions, isOpenByBranches, isOpenByTerms]

/** Whether PostgreSQL itself may answer so. @param expected what it has answered */
export const isLeftOpen = (sql: string, actual: Outcome, expected: Outcome, postgres: Engine): Promise<boolean> =>
  ask(sql, actual, expected, postgres, async (question) => {
    for (const isOpen of WAYS) {
      await postgres.execute('savepoint way')
      if (await isOpen(question)) return true
      await postgres.execute('rollback to way')
    }
    return false
  })
