/** The RETURNING list. Manual: "Returning Data from Modified Rows"; after transformReturningClause. */
import type * as Ast from '@pgsql/types'
import { errorAt, inClause, type NamespaceItem, refuse, type Scope } from '../bind/scope.ts'
import { resolveUnknown } from '../bind/select.ts'
import { bindTargets } from '../bind/target.ts'
import { absentItem } from '../bind/target-range.ts'
import { OID } from '../catalog/oid.ts'
import { isRecordType } from '../catalog/record-type.ts'
import { fold } from '../evaluate/fold.ts'
import type { Expr } from '../tree/expression.ts'
import type { OutputColumn, RangeEntry } from '../tree/query.ts'
import { clientColumns } from './client-columns.ts'
import { originOf } from './column-origin.ts'
import { targetItem, type WriteTarget } from './write-target.ts'

export interface Returning {
  readonly exprs: readonly Expr[]
  readonly columns: readonly OutputColumn[]
}

/** A row before and after it has been changed; undefined where there is none. */
export interface ChangedRow {
  readonly old: RangeEntry | undefined
  readonly new: RangeEntry | undefined
}

/** access/transam.h */
const FIRST_NORMAL_XID = 3n

const OPTIONS = { RETURNING_OPTION_OLD: 'old', RETURNING_OPTION_NEW: 'new' } as const

/** What WITH calls `old` and `new`. @throws PgError 42601, 42712 */
const aliasesOf = (scope: Scope, options: readonly Ast.Node[]): Map<keyof ChangedRow, string> => {
  const aliases = new Map<keyof ChangedRow, string>()
  for (const node of options) {
    if (!('ReturningOption' in node)) throw refuse(scope, 'this option of RETURNING')
    const { option = 'RETURNING_OPTION_OLD', value = '', location } = node.ReturningOption
    const which = OPTIONS[option]
    if (scope.items.some(({ name }) => name === value) || [...aliases.values()].includes(value))
      throw errorAt(scope, location, '42712', `table name "${value}" specified more than once`)
    if (aliases.has(which))
      throw errorAt(scope, location, '42601', `${which.toUpperCase()} cannot be specified multiple times`)
    aliases.set(which, value)
  }
  return aliases
}

/**
 * A row that INSERT returns with its `xmax`: nothing has locked what is new, and ON CONFLICT DO UPDATE has what it changes. Which
 * transaction that was is as little to be known as oids are.
 * @param present what is NULL where there was no row before; undefined where there never is one
 */
export const withXmax = (item: NamespaceItem, present: Expr | undefined): NamespaceItem => {
  const type = { type: OID.xid, typmod: -1 } as const
  const none: Expr = { kind: 'const', value: 0n, ...type }
  const isNew: Expr | undefined = present && { kind: 'isNull', arg: present, type: OID.bool, typmod: -1 }
  const otherwise: Expr = { kind: 'const', value: FIRST_NORMAL_XID, ...type }
  const expr: Expr =
    isNew === undefined ? none : { kind: 'case', whens: [{ when: isNew, result: none }], otherwise, ...type }
  return {
    ...item,
    columns: [...item.columns, { name: 'xmax', expr }],
    unexpanded: (item.unexpanded ?? 0) + 1,
  }
}

/** @param scope where the table is known by its name, and the other tables of the statement are */
export const bindReturning = (
  scope: Scope,
  clause: Ast.ReturningClause | undefined,
  goal: WriteTarget,
  rows: ChangedRow,
): Returning | undefined => {
  if (clause === undefined) return undefined
  const aliases = aliasesOf(scope, clause.options ?? [])
  const taken = new Set([...scope.items.map(({ name }) => name), ...aliases.values()])
  const added = (['old', 'new'] as const).flatMap((which): NamespaceItem[] => {
    const alias = aliases.get(which) ?? (taken.has(which) ? undefined : which)
    if (alias === undefined) return []
    const range = rows[which]
    return [
      range === undefined ? absentItem(goal.named, alias) : targetItem(goal, range, alias, { columnsVisible: false }),
    ]
  })
  scope.items = [...scope.items, ...added]
  const targets = inClause(scope, 'returning', () => resolveUnknown(scope, bindTargets(scope, clause.exprs ?? [])))
  return {
    exprs: targets.map(({ expr }) =>
      isRecordType(expr.type) ? { kind: 'ioCast', arg: expr, explicit: false, type: OID.text, typmod: -1 } : expr,
    ),
    columns: clientColumns(
      scope.statement.catalog,
      // As a planner has made them (see resultColumns).
      targets.map(({ name, expr }) => ({
        name,
        type: expr.type,
        typmod: plannedTypmod(scope, expr),
        // What a view stands for is not what has been named.
        origin: goal.named.kind === 'v' ? undefined : originOf(scope.statement.catalog, expr),
      })),
    ),
  }
}

/** A constant that fails is told later. */
const plannedTypmod = ({ statement: { catalog, settings, clock } }: Scope, expr: Expr): number =>
  fold({ catalog, settings, clock, planningErrors: [] }, expr).typmod
