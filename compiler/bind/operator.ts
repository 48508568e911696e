/** Operators: which one an application means, and the typed call. After parse_oper.c. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { OperatorInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { isRecordType } from '../catalog/record-type.ts'
import type { Expr } from '../tree/expression.ts'
import { accepts, selectCandidate } from './candidate.ts'
import { coerceArgument, coerceToTarget } from './coerce.ts'
import { resolvePolymorphic } from './polymorphic.ts'
import type { Statement } from './scope.ts'

const withPosition = (position: number | undefined): { position?: number } =>
  position === undefined ? {} : { position }

const notFound = (
  catalog: Catalog,
  name: string,
  left: number,
  right: number,
  position: number | undefined,
): PgError => {
  const sides = [left, right].filter((type) => type !== 0).map((type) => formatType(catalog, type))
  const text = left === 0 ? `${name} ${sides[0]}` : `${sides[0]} ${name} ${sides[1]}`
  return new PgError('42883', `operator does not exist: ${text}`, {
    hint: 'No operator matches the given name and argument types. You might need to add explicit type casts.',
    ...withPosition(position),
  })
}

/**
 * oper(): the binary or prefix operator for operands of these types; 0 as the left one is a prefix operator.
 * @throws PgError 42883, 42725
 */
export const findOperator = (
  catalog: Catalog,
  name: string,
  left: number,
  right: number,
  position?: number,
): OperatorInfo => {
  const all = catalog.operatorsNamed(name).filter((op) => (op.left === 0) === (left === 0))
  if (left === 0) {
    const exact = all.find((op) => op.right === right)
    if (exact !== undefined) return exact
  } else {
    const exact = (l: number, r: number): OperatorInfo | undefined => all.find((op) => op.left === l && op.right === r)
    const found = exact(left, right)
    if (found !== undefined) return found
    // One unknown operand is assumed to be of the other's type.
    if (left === OID.unknown || right === OID.unknown) {
      const type = left === OID.unknown ? right : left
      const assumed = exact(type, type)
      if (assumed !== undefined) return assumed
      const base = catalog.baseType(type)
      const onBase = base === type ? undefined : exact(base, base)
      if (onBase !== undefined) return onBase
    }
  }
  const actual = left === 0 ? [right] : [left, right]
  if (actual.some(isRecordType)) throw unsupported('an operator of records', withPosition(position))
  const candidates = all
    .map((op) => ({ op, args: left === 0 ? [op.right] : [op.left, op.right] }))
    .filter(({ args }) => accepts(catalog, args, actual))
  if (candidates.length === 0) throw notFound(catalog, name, left, right, position)
  const chosen = candidates.length === 1 ? candidates[0] : selectCandidate(catalog, actual, candidates)
  if (chosen === undefined && actual.some((type) => type === OID.recordArray || type === OID.record))
    throw unsupported(`the operator ${name} of records`, withPosition(position))
  if (chosen === undefined) {
    const sides = actual.map((type) => formatType(catalog, type))
    throw new PgError(
      '42725',
      `operator is not unique: ${left === 0 ? `${name} ${sides[0]}` : sides.join(` ${name} `)}`,
      {
        hint: 'Could not choose a best candidate operator. You might need to add explicit type casts.',
        ...withPosition(position),
      },
    )
  }
  return chosen.op
}

/** The call of an operator on operands of any type (make_op). */
export const applyOperator = (
  statement: Statement,
  name: string,
  left: Expr | undefined,
  right: Expr,
  position?: number,
): Expr => {
  const { catalog } = statement
  const operator = findOperator(catalog, name, left?.type ?? 0, right.type, position)
  return callOperator(statement, operator, left, right, position)
}

export const callOperator = (
  statement: Statement,
  operator: OperatorInfo,
  left: Expr | undefined,
  right: Expr,
  position?: number,
): Expr => {
  const { catalog } = statement
  const operands = left === undefined ? [right] : [left, right]
  const declared = left === undefined ? [operator.right] : [operator.left, operator.right]
  const resolution = resolvePolymorphic(
    catalog,
    declared,
    operands.map(({ type }) => type),
    operator.result,
  )
  if (resolution === undefined) throw notFound(catalog, operator.name, left?.type ?? 0, right.type, position)
  const fn = catalog.fn(operator.function)
  const args = operands.map((operand, at) => coerceArgument(statement, operand, resolution.args[at] ?? 0))
  if (fn.name === 'textanycat' || fn.name === 'anytextcat') return concatenation(statement, operator, args, position)
  return {
    kind: 'call',
    fn,
    args,
    operator: operator.name,
    type: resolution.result,
    typmod: -1,
    position,
  }
}

/** `text || anything` is defined in SQL: both sides cast to text. */
const concatenation = (
  statement: Statement,
  operator: OperatorInfo,
  operands: readonly Expr[],
  position: number | undefined,
): Expr => {
  const [fn] = statement.catalog.functionsNamed('pg_catalog', 'textcat')
  const args = operands.map((operand) => coerceToTarget(statement, operand, OID.text, -1, 'explicit'))
  if (fn === undefined || args.some((arg) => arg === undefined))
    throw unsupported(`the operator ${operator.name} here`, withPosition(position))
  return {
    kind: 'call',
    fn,
    args: args as Expr[],
    shown: operands,
    operator: operator.name,
    type: OID.text,
    typmod: -1,
    position,
  }
}

/** The types of what the values of a type consist of: fields, or elements. */
const partsOf = (catalog: Catalog, type: number): readonly number[] => {
  const base = catalog.baseType(type)
  const element = catalog.elementType(base)
  return element !== 0 ? [element] : (catalog.fields(base) ?? []).map((field) => field.type)
}

/** Types that can be told apart and have no order. */
const WITHOUT_ORDER: ReadonlySet<number> = new Set([OID.xid, OID.cid, OID.tid, OID.aclitem])

const hasEquality = (catalog: Catalog, type: number): boolean =>
  WITHOUT_ORDER.has(type) ||
  (catalog.ordering(type) !== undefined && partsOf(catalog, type).every((part) => hasEquality(catalog, part)))

/** The equality operator that DISTINCT, GROUP BY and set operations use for a type. @throws PgError 42883 */
export const requireEquality = (catalog: Catalog, type: number, position?: number): void => {
  if (hasEquality(catalog, type)) return
  throw new PgError('42883', `could not identify an equality operator for type ${formatType(catalog, type)}`, {
    ...withPosition(position),
  })
}

/** Whether a type has an order: a default operator class of btree. */
export const hasOrder = (catalog: Catalog, type: number): boolean =>
  catalog.ordering(type) !== undefined && partsOf(catalog, type).every((part) => hasOrder(catalog, part))

/** @param detail of the error @throws PgError 42883 when a type has no order */
export const requireOrdering = (catalog: Catalog, type: number, position?: number, detail?: string): void => {
  if (hasOrder(catalog, type)) return
  throw new PgError('42883', `could not identify an ordering operator for type ${formatType(catalog, type)}`, {
    ...(detail === undefined ? { hint: 'Use an explicit ordering operator or modify the query.' } : { detail }),
    ...withPosition(position),
  })
}
