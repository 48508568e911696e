/** Defaults, checks and predicates as the system catalogs hold them: as the SQL that PostgreSQL would show. */
import type { Node, SelectStmt } from '@pgsql/types'
import { Unsupported, unsupported } from '../../wire/protocol/error.ts'
import { coerceArgument, coerceToBoolean, coerceToTarget } from '../bind/coerce.ts'
import { bindDomainCheck, domainValue } from '../bind/domain.ts'
import { bindExpression } from '../bind/expression.ts'
import { defaultArguments } from '../bind/function.ts'
import { type Clause, rootScope } from '../bind/scope.ts'
import { bindSelect } from '../bind/select.ts'
import { ownStatement } from '../bind/statement.ts'
import { addItem, addOwnRow, rowRange } from '../bind/target-range.ts'
import type { ColumnInfo, DomainInfo, FunctionInfo, RelationInfo, TriggerInfo } from '../catalog/entries.ts'
import { deparseExpression, quoteLiteral } from '../deparse/expression.ts'
import type { RangeNames } from '../deparse/range-name.ts'
import { argumentVariables, bodyStatements } from '../routine/sql-function.ts'
import { assigned } from '../statement/write.ts'
import type { Expr } from '../tree/expression.ts'
import type { Query } from '../tree/query.ts'
import type { Environment } from '../types/environment.ts'
import { regclassOut } from '../types/registered.ts'

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

const writtenStatement = (env: Environment) => ({
  ...ownStatement(env),
  written: true,
})

const scopeFor = (env: Environment, relation: RelationInfo, clause: Clause) => {
  const scope = rootScope(writtenStatement(env), { clause })
  const range = rowRange(
    relation,
    relation.name,
    0,
    relation.columns.map(({ name }) => name),
  )
  if (clause !== 'default') addOwnRow(scope, range, relation)
  return scope
}

const shownEnvironment = (env: Environment): Environment => ({
  ...env,
  settings: { ...env.settings, searchPath: ['pg_catalog', ...env.settings.searchPath] },
})

/** A column's default or generation expression that was written; undefined when it has none. */
export const defaultExpression = (env: Environment, relation: RelationInfo, column: ColumnInfo): Expr | undefined => {
  const { default: node } = column
  if (node === undefined) return undefined
  const scope = scopeFor(env, relation, column.generated === undefined ? 'default' : 'generated column')
  return assigned(scope, bindExpression(scope, node), relation, column)
}

/** The text of a column's default or generation expression; undefined when it has none. */
export const defaultText = (env: Environment, relation: RelationInfo, column: ColumnInfo): string | undefined => {
  const { default: node, sequence } = column
  if (node === undefined) {
    if (sequence === undefined || column.identity !== undefined) return undefined
    const owned = env.catalog.contents.relations.get(sequence)
    return owned === undefined ? UNKNOWN_TEXT : `nextval(${quoteLiteral(regclassOut(BigInt(sequence), env))}::regclass)`
  }
  return orUnknown(env, () => defaultExpression(env, relation, column) as Expr)
}

type IndexClause = 'index expression' | 'index predicate'

/** An index's expression or predicate. */
export const indexExpression = (env: Environment, relation: RelationInfo, node: Node, clause: IndexClause): Expr => {
  const scope = scopeFor(env, relation, clause)
  const expr = bindExpression(scope, node)
  return clause === 'index predicate' ? coerceToBoolean(scope.statement, expr, 'WHERE') : expr
}

export const indexText = (env: Environment, relation: RelationInfo, node: Node, clause: IndexClause): string =>
  orUnknown(env, () => indexExpression(env, relation, node, clause))

export const checkExpression = (env: Environment, relation: RelationInfo, node: Node): Expr => {
  const scope = scopeFor(env, relation, 'check')
  return coerceToBoolean(scope.statement, bindExpression(scope, node), 'CHECK')
}

export const checkText = (env: Environment, relation: RelationInfo, node: Node): string =>
  orUnknown(env, () => checkExpression(env, relation, node))

/** WHERE of a publication. */
export const filterText = (env: Environment, relation: RelationInfo, node: Node): string =>
  orUnknown(env, () => {
    const scope = scopeFor(env, relation, 'where')
    return coerceToBoolean(scope.statement, bindExpression(scope, node), 'WHERE')
  })

/** A check of a domain. */
export const domainCheckExpression = (env: Environment, domain: DomainInfo, node: Node): Expr =>
  bindDomainCheck(writtenStatement(env), domainValue(env.catalog.baseType(domain.base), domain.typmod), node)

export const domainCheckText = (env: Environment, domain: DomainInfo, node: Node): string =>
  orUnknown(env, () => domainCheckExpression(env, domain, node))

/** What a domain is by default. */
export const domainDefault = (env: Environment, { base, typmod }: DomainInfo, node: Node): Expr => {
  const scope = rootScope(writtenStatement(env), { clause: 'default' })
  const expr = bindExpression(scope, node)
  return coerceToTarget(scope.statement, expr, env.catalog.baseType(base), typmod, 'assignment') ?? expr
}

export const domainDefaultText = (env: Environment, domain: DomainInfo, node: Node): string =>
  orUnknown(env, () => domainDefault(env, domain, node))

/** A partition key that is an expression. */
export const keyExpression = (env: Environment, relation: RelationInfo, node: Node): Expr =>
  bindExpression(scopeFor(env, relation, 'partition key'), node)

export const keyText = (env: Environment, relation: RelationInfo, node: Node): string =>
  orUnknown(env, () => keyExpression(env, relation, node))

/** What WHEN of a trigger says, and the names that its rows have in it; undefined for a trigger without it. */
export const whenExpression = (
  env: Environment,
  relation: RelationInfo,
  { when, row }: TriggerInfo,
): { readonly expr: Expr; readonly ranges: RangeNames } | undefined => {
  if (when === undefined) return undefined
  const scope = rootScope(writtenStatement(env), { clause: 'trigger when' })
  const names = relation.columns.map(({ name }) => name)
  const ranges = row ? (['old', 'new'] as const).map((name) => [rowRange(relation, name, 0, names), name] as const) : []
  for (const [range, name] of ranges) addItem(scope, range, name, { columnsVisible: false })
  const expr = coerceToBoolean(scope.statement, bindExpression(scope, when), 'WHEN')
  return { expr, ranges: { of: new Map(ranges), prefixed: true } }
}

/** What stands for the arguments of a function that a call leaves out, the last ones. */
export const argumentDefaults = (env: Environment, fn: FunctionInfo): Expr[] => {
  if (fn.defaults === 0) return []
  const scope = rootScope(writtenStatement(env), { clause: 'default' })
  const first = fn.args.length - fn.defaults
  return defaultArguments(scope, fn).map((expr, at) => coerceArgument(scope.statement, expr, fn.args[first + at] ?? 0))
}

/** The queries of a function whose body was bound when it was made (BEGIN ATOMIC, RETURN). @throws PgError 0A000 for other statements */
export const bodyQueries = (env: Environment, fn: FunctionInfo): Query[] =>
  bodyStatements(fn).map(({ parsed: { tag, node } }) => {
    if (tag !== 'SelectStmt') throw unsupported('what a body in SQL that changes rows depends on')
    const statement = { ...writtenStatement(env), variables: argumentVariables(fn, fn.args) }
    return bindSelect(rootScope(statement), node as unknown as SelectStmt)
  })
