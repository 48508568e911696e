/**
 * ORDER BY, GROUP BY and DISTINCT ON name outputs by name, number or expression (findTargetlistEntrySQL92 and SQL99).
 */
import type { Node } from '@pgsql/types'
import type { Target } from '../tree/query.ts'
import { findBareColumn } from './column.ts'
import { bindExpression } from './expression.ts'
import { sameExpression } from './function.ts'
import { errorAt, type Scope } from './scope.ts'

const addTarget = (scope: Scope, targets: Target[], node: Node): number => {
  const expr = bindExpression(scope, node)
  const known = targets.findIndex((target) => sameExpression(target.expr, expr))
  if (known >= 0) return known
  targets.push({ expr, name: '?column?', hidden: true })
  return targets.length - 1
}

/** @param clause its name in messages; @returns the index of the target, added to them when it was not there */
export const findTarget = (
  scope: Scope,
  targets: Target[],
  node: Node,
  clause: 'ORDER BY' | 'GROUP BY' | 'DISTINCT ON',
): number => {
  if ('ColumnRef' in node) {
    const [first, ...others] = node.ColumnRef.fields ?? []
    const name = first !== undefined && 'String' in first && others.length === 0 ? first.String.sval : undefined
    if (name !== undefined && !(clause === 'GROUP BY' && findBareColumn(scope, name))) {
      const matches = targets.flatMap((target, at) => (!target.hidden && target.name === name ? [at] : []))
      const [match] = matches
      if (match !== undefined) {
        const same = matches.every((at) => sameExpression(targets[at]?.expr as never, targets[match]?.expr as never))
        if (!same) throw errorAt(scope, node.ColumnRef.location, '42702', `${clause} "${name}" is ambiguous`)
        return match
      }
    }
  }
  if ('A_Const' in node) {
    const { ival, location } = node.A_Const
    if (ival === undefined) throw errorAt(scope, location, '42601', `non-integer constant in ${clause}`)
    const position = ival.ival ?? 0
    const visible = targets.filter(({ hidden }) => !hidden).length
    if (position < 1 || position > visible)
      throw errorAt(scope, location, '42P10', `${clause} position ${position} is not in select list`)
    return position - 1
  }
  return addTarget(scope, targets, node)
}
