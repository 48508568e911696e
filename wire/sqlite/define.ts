/** A schema change as it is carried out: the catalog after it, the steps in SQLite, and the rows of a new relation. */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { DefinitionPlan, DefinitionStep, SqliteQuery } from '../../compiler/plan.ts'
import type { Value } from '../../compiler/tree/value.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { PgError } from '../protocol/error.ts'
import type { Bindings, SqliteDatabase } from './database.ts'
import { fill } from './fill.ts'
import { withSecrets } from './login.ts'
import type { Capture } from './replication/capture.ts'
import type { Result } from './result.ts'
import type { SequenceStates } from './sequences.ts'

/** What a schema change needs of its session. */
interface Definer {
  environment(): Environment
  query(query: SqliteQuery, bindings?: Bindings): Value[][]
  /** Goes on with another catalog. */
  adopt(catalog: Catalog): void
  /** What subscribers will be told. */
  readonly capture: Capture
  readonly sequences: Pick<SequenceStates, 'begin' | 'set'>
}

/** Sequences begin anew in another incarnation, so that a rollback leads back to what they were. */
const withRestarted = (catalog: Catalog, restart: NonNullable<DefinitionPlan['restart']>): Catalog => {
  if (restart.length === 0) return catalog
  const relations = new Map(catalog.contents.relations)
  for (const { sequence: oid } of restart) {
    const relation = relations.get(oid)
    if (relation?.sequence === undefined) continue
    const { incarnation = 0 } = relation.sequence
    relations.set(oid, { ...relation, sequence: { ...relation.sequence, incarnation: incarnation + 1 } })
  }
  return catalog.with({ relations })
}

const runStep = (db: SqliteDatabase, definer: Definer, step: DefinitionStep): void => {
  const { raise, reject } = step
  if (raise !== undefined) {
    if (definer.query(step).length > 0) throw new PgError(raise.code, raise.message)
    return
  }
  if (reject !== undefined) {
    for (const row of definer.query(step))
      if (reject.test(definer.environment(), row)) throw new PgError(reject.code, reject.message)
    return
  }
  db.define(step.functions, () => definer.environment())
  try {
    db.run(step.sql)
  } catch (error) {
    if (step.duplicate !== undefined && /UNIQUE constraint failed/.test(String(error)))
      throw new PgError('23505', step.duplicate)
    throw error
  }
}

/** @throws PgError where the data do not fit the change */
export const executeDefinition = (
  db: SqliteDatabase,
  definer: Definer,
  plan: DefinitionPlan,
  bindings: Bindings,
): Result => {
  const { tag, notices } = plan
  const rows = plan.fill && definer.query(plan.fill.query, bindings)
  const { relations: before } = definer.environment().catalog.contents
  for (const [oid, { sequence }] of plan.catalog.contents.relations)
    if (sequence !== undefined && !before.has(oid)) definer.sequences.begin(oid, sequence)
  definer.adopt(withSecrets(withRestarted(plan.catalog, plan.restart ?? [])))
  for (const step of plan.steps) runStep(db, definer, step)
  for (const { sequence, value } of plan.restart ?? []) definer.sequences.set(sequence, value, false)
  if (plan.fill === undefined || rows === undefined) return { tag, rows: [], notices }
  fill(db, plan.fill, rows)
  const { relation } = plan.fill
  for (const row of rows) definer.capture.row(plan.catalog, { relation, old: undefined, new: row })
  return { tag: tag === 'SELECT' ? `SELECT ${rows.length}` : tag, rows: [], notices }
}
