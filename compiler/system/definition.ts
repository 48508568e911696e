/** Defaults, checks and predicates as the system catalogs hold them: as the SQL that PostgreSQL would show. */
import type { Node } from '@pgsql/types'
import { Unsupported, unsupported } from '../../wire/protocol/error.ts'
import { coerceToBoolean } from '../bind/coerce.ts'
import { bindDomainCheck, domainValue } from '../bind/domain.ts'
import { bindExpression } from '../bind/expression.ts'
import { type Clause, rootScope } from '../bind/scope.ts'
import { makeStatement } from '../bind/statement.ts'
import { addItem, rowRange } from '../bind/target-range.ts'
import type { ColumnInfo, DomainInfo, RelationInfo } from '../catalog/entries.ts'
import { deparseExpression } from '../deparse/expression.ts'
import { assigned } from '../statement/write.ts'
import type { Expr } from '../tree/expression.ts'
import type { Environment } from '../types/environment.ts'

/** Stands for an expression whose text is not known; whoever asks for it is refused. */
export const UNKNOWN_TEXT = '\u0001'

/** An expression's text, as it is shown and as pretty printing shows it. */
const BOTH = '\u0002'

/** One of the forms of what a system catalog has of an expression. */
const shownText = (stored: string, pretty: boolean): string => {
  const [plain = '', prettier = plain] = stored.split(BOTH)
  return pretty ? prettier : plain
}

/** Several expressions as one text. */
export const listed = (texts: readonly string[]): string =>
  texts.some((each) => each.includes(UNKNOWN_TEXT))
    ? UNKNOWN_TEXT
    : [false, true].map((pretty) => texts.map((each) => shownText(each, pretty)).join(', ')).join(BOTH)

/** The text of an expression. @throws PgError 0A000 when it is not known */
export const known = (stored: string, pretty: boolean): string => {
  if (stored.includes(UNKNOWN_TEXT)) throw unsupported('the text of this expression')
  return shownText(stored, pretty)
}

const orUnknown = (env: Environment, make: () => Expr): string => {
  try {
    const expr = make()
    const shown = shownEnvironment(env)
    return [false, true].map((pretty) => deparseExpression(shown, expr, pretty)).join(BOTH)
  } catch (error) {
    if (error instanceof Unsupported) return UNKNOWN_TEXT
    throw error
  }
}

const scopeFor = (env: Environment, relation: RelationInfo, clause: Clause) => {
  const statement = makeStatement('', env.catalog, env.settings, env.clock, undefined, [])
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
  return orUnknown(env, () => {
    const scope = scopeFor(env, relation, column.generated === undefined ? 'default' : 'generated column')
    return assigned(scope, bindExpression(scope, node), relation, column)
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
  orUnknown(env, () => {
    const scope = scopeFor(env, relation, clause)
    const expr = bindExpression(scope, node)
    return clause === 'index predicate' ? coerceToBoolean(scope.statement, expr, 'WHERE') : expr
  })

export const checkText = (env: Environment, relation: RelationInfo, node: Node): string =>
  orUnknown(env, () => {
    const scope = scopeFor(env, relation, 'check')
    return coerceToBoolean(scope.statement, bindExpression(scope, node), 'CHECK')
  })

/** A check of a domain. */
export const domainCheckText = (env: Environment, domain: DomainInfo, node: Node): string =>
  orUnknown(env, () => {
    const statement = makeStatement('', env.catalog, env.settings, env.clock, undefined, [])
    return bindDomainCheck(statement, domainValue(env.catalog.baseType(domain.base), domain.typmod), node)
  })

/** The text of a partition key that is an expression. */
export const keyText = (env: Environment, relation: RelationInfo, node: Node): string =>
  orUnknown(env, () => bindExpression(scopeFor(env, relation, 'partition key'), node))
