/** Defaults, checks and predicates as the system catalogs hold them: as the SQL that PostgreSQL would show. */
import type { Node } from '@pgsql/types'
import { Unsupported } from '../../wire/protocol/error.ts'
import { coerceToBoolean } from '../bind/coerce.ts'
import { bindExpression } from '../bind/expression.ts'
import { type Clause, rootScope } from '../bind/scope.ts'
import { makeStatement } from '../bind/statement.ts'
import { addItem, rowRange } from '../bind/target-range.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { deparseExpression } from '../deparse/expression.ts'
import { assigned } from '../statement/write.ts'
import type { Environment } from '../types/environment.ts'

/** Stands for an expression whose text is not known; whoever asks for it is refused. */
export const UNKNOWN_TEXT = '\u0001'

const orUnknown = (make: () => string): string => {
  try {
    return make()
  } catch (error) {
    if (error instanceof Unsupported) return UNKNOWN_TEXT
    throw error
  }
}

const scopeFor = (env: Environment, relation: RelationInfo, clause: Clause) => {
  const statement = makeStatement('', env.catalog, env.settings, env.now, undefined, [])
  const scope = rootScope(statement, { clause })
  const range = rowRange(
    relation,
    relation.name,
    0,
    relation.columns.map(({ name }) => name),
  )
  if (clause !== 'default') addItem(scope, range, relation.name)
  return scope
}

const shownEnvironment = (env: Environment): Environment => ({
  ...env,
  settings: { ...env.settings, searchPath: ['pg_catalog', ...env.settings.searchPath] },
})

/** A column's default or generation expression; undefined when it has none. */
export const defaultText = (env: Environment, relation: RelationInfo, column: ColumnInfo): string | undefined => {
  const { default: node, sequence } = column
  if (node === undefined) {
    if (sequence === undefined || column.identity !== undefined) return undefined
    const owned = env.catalog.contents.relations.get(sequence)
    return owned === undefined ? UNKNOWN_TEXT : `nextval('${regclassText(env, owned)}'::regclass)`
  }
  return orUnknown(() => {
    const scope = scopeFor(env, relation, column.generated === undefined ? 'default' : 'generated column')
    return deparseExpression(shownEnvironment(env), assigned(scope, bindExpression(scope, node), relation, column))
  })
}

/** The name of a relation as regclass prints it. */
const regclassText = ({ settings }: Environment, { schema, name }: RelationInfo): string =>
  settings.searchPath.includes(schema) ? name : `${schema}.${name}`

/** An index's expression or predicate. */
export const indexText = (
  env: Environment,
  relation: RelationInfo,
  node: Node,
  clause: 'index expression' | 'index predicate',
): string =>
  orUnknown(() => {
    const scope = scopeFor(env, relation, clause)
    const expr = bindExpression(scope, node)
    return deparseExpression(
      shownEnvironment(env),
      clause === 'index predicate' ? coerceToBoolean(scope.statement, expr, 'WHERE') : expr,
    )
  })

export const checkText = (env: Environment, relation: RelationInfo, node: Node): string =>
  orUnknown(() => {
    const scope = scopeFor(env, relation, 'check')
    return deparseExpression(
      shownEnvironment(env),
      coerceToBoolean(scope.statement, bindExpression(scope, node), 'CHECK'),
    )
  })
