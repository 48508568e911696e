/** ARRAY[…], subscripts, slices and field selection. Manual: "Arrays"; after transformArrayExpr and transformIndirection. */
import type { A_ArrayExpr, A_Indirection, Node } from '@pgsql/types'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr } from '../tree/expression.ts'
import { positionOf } from '../tree/walk.ts'
import { canCoerce, coerceToCommon, coerceToTarget, commonType, integerConst } from './coerce.ts'
import { selectField } from './column.ts'
import { bindExpression } from './expression.ts'
import { callFunction } from './function.ts'
import { errorAt, open, refuse, type Scope } from './scope.ts'

/** @param target the array type that a cast around it asks for */
export const bindArray = (
  scope: Scope,
  { elements: nodes = [], location }: A_ArrayExpr,
  target: { readonly type: number; readonly typmod: number } | undefined,
): Expr => {
  const { statement } = scope
  const { catalog } = statement
  const position = statement.position(location)
  let nested = false
  const elements = nodes.map((node) => {
    if ('A_ArrayExpr' in node) {
      nested = true
      return bindArray(scope, node.A_ArrayExpr, target)
    }
    const element = bindExpression(scope, node)
    if (catalog.isArray(element.type)) nested = true
    return element
  })
  if (target !== undefined) {
    const wanted = nested ? target.type : catalog.elementType(catalog.baseType(target.type))
    const coerced = elements.map((element) => {
      const result = coerceToTarget(statement, element, wanted, target.typmod, 'explicit')
      if (result === undefined)
        throw errorAt(
          scope,
          undefined,
          '42846',
          `cannot cast type ${formatType(catalog, element.type)} to ${formatType(catalog, wanted)}`,
          element.position === undefined ? {} : { position: element.position },
        )
      return result
    })
    return {
      kind: 'array',
      elements: coerced,
      nested,
      type: catalog.baseType(target.type),
      typmod: target.typmod,
      position,
    }
  }
  if (elements.length === 0)
    throw errorAt(scope, location, '42P18', 'cannot determine type of empty array', {
      hint: 'Explicitly cast to the desired type, for example ARRAY[]::integer[].',
    })
  const common = commonType(statement, elements, 'ARRAY')
  const type = nested ? common : catalog.type(common).array
  if (type === 0)
    throw errorAt(scope, location, '42704', `could not find array type for data type ${formatType(catalog, common)}`)
  return {
    kind: 'array',
    elements: elements.map((element) => coerceToCommon(statement, element, common, 'ARRAY')),
    nested,
    type,
    typmod: -1,
    position,
  }
}

/** What is assigned to in `SET a[1] = …`. */
export interface SubscriptList {
  readonly slice: boolean
  readonly lower: readonly (Expr | undefined)[]
  readonly upper: readonly (Expr | undefined)[]
}

export const bindSubscripts = (scope: Scope, nodes: readonly Node[]): SubscriptList => {
  const indices = nodes.map((node) => {
    if (!('A_Indices' in node)) throw refuse(scope, 'this subscript')
    return node.A_Indices
  })
  const slice = indices.some(({ is_slice }) => is_slice)
  const bind = (node: Node | undefined): Expr | undefined => {
    if (node === undefined) return undefined
    const bound = bindExpression(scope, node)
    const subscript = coerceToTarget(scope.statement, bound, OID.int4, -1, 'assignment')
    if (subscript === undefined)
      throw errorAt(scope, undefined, '42804', 'array subscript must have type integer', {
        ...(bound.position === undefined ? {} : { position: bound.position }),
      })
    return subscript
  }
  const bounds = indices.map(({ is_slice, lidx, uidx }) =>
    slice && !is_slice
      ? { low: integerConst(1) as Expr | undefined, high: bind(uidx) }
      : { low: bind(lidx), high: bind(uidx) },
  )
  return { slice, lower: bounds.map(({ low }) => low), upper: bounds.map(({ high }) => high) }
}

const isSlice = (node: Node | undefined): boolean =>
  node !== undefined && 'A_Indices' in node && node.A_Indices.is_slice === true

/** The steps of `json['key'][1]` as text, and whether the first one is a number (jsonb_subscript_transform). @throws PgError 0A000, 42804 */
export const bindJsonPath = (
  scope: Scope,
  nodes: readonly Node[],
): { readonly path: readonly Expr[]; readonly inArray: boolean } => {
  const { statement } = scope
  if (statement.written) throw refuse(scope, 'the text of a subscript of a jsonb value')
  let inArray: boolean | undefined
  const path = nodes.map((node) => {
    const { lidx, uidx, is_slice: slice } = 'A_Indices' in node ? node.A_Indices : {}
    if (slice || uidx === undefined) {
      const end = uidx ?? lidx
      const position = end && positionOf(bindExpression(scope, end))
      throw errorAt(
        scope,
        undefined,
        '42804',
        'jsonb subscript does not support slices',
        position === undefined ? {} : { position },
      )
    }
    const key = bindExpression(scope, uidx)
    const fits = (type: number): boolean => canCoerce(statement.catalog, key.type, type, 'implicit')
    const [isText, isInteger] = [fits(OID.text), fits(OID.int4)]
    const text = key.type === OID.unknown || isText
    const at = positionOf(key)
    if (key.type !== OID.unknown && isText === isInteger)
      throw errorAt(
        scope,
        undefined,
        '42804',
        `subscript type ${formatType(statement.catalog, key.type)} is not supported`,
        {
          hint: `jsonb subscript must be coercible to ${isText ? 'only one type,' : 'either'} integer or text.`,
          ...(at === undefined ? {} : { position: at }),
        },
      )
    inArray ??= !text
    const coerced = coerceToTarget(statement, key, text ? OID.text : OID.int4, -1, 'implicit') ?? key
    return text ? coerced : (coerceToTarget(statement, coerced, OID.text, -1, 'explicit') ?? coerced)
  })
  return { path, inArray: inArray === true }
}

/** The value at such a path, as with #>. */
const bindJsonSubscripts = (scope: Scope, base: Expr, nodes: readonly Node[]): Expr => {
  const { path } = bindJsonPath(scope, nodes)
  const elements: Expr = { kind: 'array', elements: path, nested: false, type: OID.textArray, typmod: -1 }
  return callFunction(scope, JSONB_EXTRACT_PATH, [base, elements], base.position)
}

/** The oid of jsonb_extract_path(jsonb, VARIADIC text[]). */
const JSONB_EXTRACT_PATH = 3217

/** `value[1]`, `value[1:2]`, `(value).field`. */
export const bindIndirection = (scope: Scope, { arg, indirection = [] }: A_Indirection): Expr => {
  const { catalog } = scope.statement
  let result = bindExpression(scope, arg as Node)
  let subscripts: Node[] = []
  const flush = (): void => {
    if (subscripts.length === 0) return
    const base = catalog.baseType(result.type)
    if (base === OID.jsonb) {
      result = bindJsonSubscripts(scope, result, subscripts)
      subscripts = []
      return
    }
    const element = base === OID.name ? OID.char : catalog.elementType(base)
    if (base === OID.name && (subscripts.length > 1 || isSlice(subscripts[0])))
      throw refuse(scope, 'this subscript of a name')
    if (element === 0) {
      if (base === OID.int2vector || base === OID.oidvector)
        throw refuse(scope, `subscripting of type ${formatType(catalog, base)}`)
      throw errorAt(
        scope,
        undefined,
        '42804',
        `cannot subscript type ${formatType(catalog, result.type)} because it does not support subscripting`,
        result.position === undefined ? {} : { position: result.position },
      )
    }
    if (subscripts.length > 6)
      throw errorAt(
        scope,
        undefined,
        '54000',
        `number of array dimensions (${subscripts.length}) exceeds the maximum allowed (6)`,
      )
    const list = bindSubscripts(scope, subscripts)
    result = {
      kind: 'subscript',
      base: result,
      ...list,
      type: list.slice ? base : element,
      typmod: catalog.type(result.type).domain?.typmod ?? result.typmod,
      position: result.position,
    }
    subscripts = []
  }
  for (const node of indirection) {
    const [tag, body] = open(node)
    if (tag === 'A_Indices') subscripts.push(node)
    else if (tag === 'String') {
      flush()
      result = selectField(scope, result, (body as { sval?: string }).sval ?? '', result.position)
    } else throw refuse(scope, 'a star after a value')
  }
  flush()
  return result
}
