/** WINDOW and OVER. Manual: "Window Function Calls"; after transformWindowDefinitions. */
import type { Node, WindowDef } from '@pgsql/types'
import type { PgError } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr, SortItem } from '../tree/expression.ts'
import type { FrameBound, WindowDefinition } from '../tree/query.ts'
import { rangeOf, some } from '../tree/walk.ts'
import { canCoerce, coerceToSpecific } from './coerce.ts'
import { bindExpression } from './expression.ts'
import { sameExpression } from './function.ts'
import { errorAt, inClause, refuse, type Scope } from './scope.ts'
import { directionOf, groupable, openSort, sortable } from './sort.ts'

/** The bits of a frame's options: nodes/parsenodes.h. */
const FRAME = {
  nonDefault: 0x1,
  range: 0x2,
  rows: 0x4,
  groups: 0x8,
  between: 0x10,
  startUnboundedPreceding: 0x20,
  endUnboundedFollowing: 0x100,
  startCurrentRow: 0x200,
  endCurrentRow: 0x400,
  startOffsetPreceding: 0x800,
  endOffsetPreceding: 0x1000,
  startOffsetFollowing: 0x2000,
  endOffsetFollowing: 0x4000,
  excludeCurrent: 0x8000,
  excludeGroup: 0x10000,
  excludeTies: 0x20000,
} as const

/** What is added to a value of a type, by its in_range functions; of those for integers the widest. */
const RANGE_OFFSETS: ReadonlyMap<number, number> = new Map<number, number>([
  [OID.int2, OID.int8],
  [OID.int4, OID.int8],
  [OID.int8, OID.int8],
  [OID.float4, OID.float8],
  [OID.float8, OID.float8],
  [OID.date, OID.interval],
  [OID.numeric, OID.numeric],
  [OID.interval, OID.interval],
  [OID.time, OID.interval],
  [OID.timetz, OID.interval],
  [OID.timestamp, OID.interval],
  [OID.timestamptz, OID.interval],
])

const bindFrame = (scope: Scope, def: WindowDef, orderBy: readonly SortItem[]): WindowDefinition['frame'] => {
  const { frameOptions = 0, startOffset, endOffset, location } = def
  if ((frameOptions & FRAME.nonDefault) === 0) return undefined
  const has = (bit: number): boolean => (frameOptions & bit) !== 0
  const mode = has(FRAME.rows) ? 'rows' : has(FRAME.groups) ? 'groups' : 'range'
  if (mode === 'groups' && orderBy.length === 0)
    throw errorAt(scope, location, '42P20', 'GROUPS mode requires an ORDER BY clause')
  const offset = (node: Node | undefined): Expr => {
    const bound = inClause(scope, 'window frame', () => bindExpression(scope, node as Node))
    const construct = mode.toUpperCase()
    if (some(bound, (it) => rangeOf(it) !== undefined))
      throw errorAt(scope, undefined, '42P10', `argument of ${construct} must not contain variables`, {
        ...(bound.position === undefined ? {} : { position: bound.position }),
      })
    if (mode !== 'range') return coerceToSpecific(scope.statement, bound, OID.int8, construct)
    if (orderBy.length !== 1)
      throw errorAt(
        scope,
        location,
        '42P20',
        'RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column',
      )
    const [key] = orderBy
    const { catalog } = scope.statement
    const base = catalog.baseType(key?.expr.type ?? 0)
    const type = RANGE_OFFSETS.get(base)
    const unsuited = (types: string, hint = {}): PgError =>
      errorAt(
        scope,
        undefined,
        '0A000',
        `RANGE with offset PRECEDING/FOLLOWING is not supported for column type ${types}`,
        {
          ...(bound.position === undefined ? {} : { position: bound.position }),
          ...hint,
        },
      )
    if (type === undefined) throw unsuited(formatType(catalog, base))
    if (!canCoerce(catalog, bound.type, type, 'implicit'))
      throw unsuited(`${formatType(catalog, base)} and offset type ${formatType(catalog, bound.type)}`, {
        hint: 'Cast the offset value to an appropriate type.',
      })
    return coerceToSpecific(scope.statement, bound, type, construct)
  }
  const start: FrameBound = has(FRAME.startOffsetPreceding)
    ? { kind: 'preceding', offset: offset(startOffset) }
    : has(FRAME.startOffsetFollowing)
      ? { kind: 'following', offset: offset(startOffset) }
      : { kind: has(FRAME.startCurrentRow) ? 'current' : 'unboundedPreceding' }
  const end: FrameBound = has(FRAME.endOffsetPreceding)
    ? { kind: 'preceding', offset: offset(endOffset) }
    : has(FRAME.endOffsetFollowing)
      ? { kind: 'following', offset: offset(endOffset) }
      : { kind: has(FRAME.endUnboundedFollowing) ? 'unboundedFollowing' : 'current' }
  const exclude = has(FRAME.excludeCurrent)
    ? 'current'
    : has(FRAME.excludeGroup)
      ? 'group'
      : has(FRAME.excludeTies)
        ? 'ties'
        : 'none'
  return { mode, start, end, exclude, between: has(FRAME.between) }
}

const sameBound = (a: FrameBound | undefined, b: FrameBound | undefined): boolean =>
  a?.kind === b?.kind &&
  (a?.offset === b?.offset ||
    (a?.offset !== undefined && b?.offset !== undefined && sameExpression(a.offset, b.offset)))

const sameFrame = (a: WindowDefinition['frame'], b: WindowDefinition['frame']): boolean =>
  a?.mode === b?.mode &&
  a?.exclude === b?.exclude &&
  a?.between === b?.between &&
  sameBound(a?.start, b?.start) &&
  sameBound(a?.end, b?.end)

const sameWindow = (a: WindowDefinition, b: WindowDefinition): boolean =>
  sameFrame(a.frame, b.frame) &&
  a.partitionBy.length === b.partitionBy.length &&
  a.partitionBy.every((expr, at) => sameExpression(expr, b.partitionBy[at] as Expr)) &&
  a.orderBy.length === b.orderBy.length &&
  a.orderBy.every((item, at) => {
    const other = b.orderBy[at]
    return (
      other !== undefined &&
      sameExpression(item.expr, other.expr) &&
      item.descending === other.descending &&
      item.nullsFirst === other.nullsFirst
    )
  })

const define = (scope: Scope, def: WindowDef): WindowDefinition => {
  const { refname, partitionClause = [], orderClause = [], location } = def
  let base: WindowDefinition | undefined
  if (refname !== undefined && refname !== '') {
    const index = scope.windowNames.get(refname)
    base = index === undefined ? undefined : scope.windows[index]
    if (base === undefined) throw errorAt(scope, location, '42704', `window "${refname}" does not exist`)
    if (partitionClause.length > 0)
      throw errorAt(scope, location, '42P20', `cannot override PARTITION BY clause of window "${refname}"`)
    if (orderClause.length > 0 && base.orderBy.length > 0)
      throw errorAt(scope, location, '42P20', `cannot override ORDER BY clause of window "${refname}"`)
    if (base.frame !== undefined)
      throw errorAt(scope, location, '42P20', `cannot copy window "${refname}" because it has a frame clause`)
  }
  const partitionBy =
    base?.partitionBy ??
    inClause(scope, 'window partition', () =>
      partitionClause.map((node) => groupable(scope, bindExpression(scope, node), node)),
    )
  const orderBy =
    base !== undefined && orderClause.length === 0
      ? base.orderBy
      : inClause(scope, 'window order', () =>
          orderClause.map((node) => {
            const sort = openSort(node)
            const expr = sortable(scope, bindExpression(scope, sort.node as Node), sort)
            return { expr, ...directionOf(scope, sort, expr.type) }
          }),
        )
  return {
    partitionBy,
    orderBy,
    frame: bindFrame(scope, def, orderBy),
    ...(base === undefined ? {} : { base: refname as string }),
  }
}

/** The index of the window that an OVER clause means. */
export const bindWindowReference = (scope: Scope, def: WindowDef): number => {
  if (def.name !== undefined && def.name !== '') {
    const index = scope.windowNames.get(def.name)
    if (index === undefined) throw errorAt(scope, def.location, '42704', `window "${def.name}" does not exist`)
    return index
  }
  const window = define(scope, def)
  const known = scope.windows.findIndex((other) => sameWindow(window, other))
  if (known >= 0) return known
  scope.windows.push(window)
  return scope.windows.length - 1
}

/** The WINDOW clause. */
export const bindWindowClause = (scope: Scope, nodes: readonly Node[]): void => {
  for (const node of nodes) {
    if (!('WindowDef' in node)) throw refuse(scope, 'this window')
    const { name = '', location } = node.WindowDef
    if (scope.windowNames.has(name)) throw errorAt(scope, location, '42P20', `window "${name}" is already defined`)
    scope.windows.push({ ...define(scope, node.WindowDef), name })
    scope.windowNames.set(name, scope.windows.length - 1)
  }
}
