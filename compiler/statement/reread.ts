/**
 * Expressions over a column whose type changes: they are written down as they were understood, and read again over the new
 * type. After RememberConstraintForRebuilding and RememberIndexForRebuilding in tablecmds.c.
 */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import type { IndexInfo, RelationInfo } from '../catalog/entries.ts'
import { parseExpressions } from '../parse.ts'
import { checkText, indexText, known } from '../system/definition.ts'
import type { Environment } from '../types/environment.ts'

/** @throws PgError 0A000 for what cannot be written down */
const reread = (scope: Scope, text: string): Ast.Node => {
  const [node] = parseExpressions(known(text, false))
  if (node === undefined) throw refuse(scope, 'ALTER TYPE of a column in an expression that is not written down')
  return node
}

export const rereadCheck = (scope: Scope, env: Environment, before: RelationInfo, expression: Ast.Node): Ast.Node =>
  reread(scope, checkText(env, before, expression))

export const rereadIndex = (
  scope: Scope,
  env: Environment,
  before: RelationInfo,
  { keys, predicate }: IndexInfo,
): Pick<IndexInfo, 'keys' | 'predicate'> => ({
  keys: keys.map((key) =>
    typeof key === 'number' ? key : reread(scope, indexText(env, before, key, 'index expression')),
  ),
  ...(predicate === undefined
    ? {}
    : { predicate: reread(scope, indexText(env, before, predicate, 'index predicate')) }),
})

/** What is read again may mean nothing over the new type: where PostgreSQL says so, in a text of its own, is not known. */
export const orRefuse = <Outcome>(scope: Scope, work: () => Outcome): Outcome => {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof PgError) || error.code === '0A000') throw error
    throw refuse(scope, `ALTER TYPE of a column in an expression that then fails (${error.message})`)
  }
}
