/** With other plans. */
import { agrees, attempt, isQuery, type Question } from './question.ts'

/** Plans that PostgreSQL may choose as well. What is not determined by a query can differ from one to the other. */
const PLANS: readonly (readonly string[])[] = [
  ['enable_seqscan', 'enable_bitmapscan'],
  ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan'],
  ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan', 'enable_hashagg', 'enable_hashjoin'],
  ['enable_sort', 'enable_incremental_sort'],
  ['enable_presorted_aggregate'],
]

/** Whether PostgreSQL itself gives the candidate's rows under another plan: then the query leaves both open. */
export const isOpenByPlan = async (question: Question): Promise<boolean> => {
  const { sql, actual, postgres } = question
  if (actual.error !== undefined || !isQuery(question)) return false
  for (const plan of PLANS) {
    const settings = plan.map((setting) => `set ${setting} = off`)
    const outcome = await attempt(postgres, sql, settings)
    if (agrees(question, outcome)) return true
  }
  return false
}
