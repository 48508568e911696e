/** Bodies that are part of the grammar: `RETURN expression` and `BEGIN ATOMIC … END`. Manual: "CREATE FUNCTION". */
import type * as Ast from '@pgsql/types'
import { unsupported } from '../../wire/protocol/error.ts'
import { open } from '../bind/scope.ts'

export interface BodyNode {
  readonly tag: string
  readonly node: Readonly<Record<string, unknown>>
}

/** The statements of BEGIN ATOMIC or RETURN. */
export const atomicStatements = (body: Ast.Node): BodyNode[] => {
  const [tag, node] = open(body)
  if (tag === 'ReturnStmt') return [returned(node as Ast.ReturnStmt)]
  if (tag !== 'List') throw unsupported(tag)
  const items = ((node as Ast.List).items ?? []).flatMap((item) => ('List' in item ? (item.List.items ?? []) : [item]))
  return items.map((item) => {
    const [inner, contents] = open(item)
    return inner === 'ReturnStmt' ? returned(contents as Ast.ReturnStmt) : { tag: inner, node: contents }
  })
}

/** RETURN expression is SELECT expression. */
const returned = ({ returnval }: Ast.ReturnStmt) => ({
  tag: 'SelectStmt',
  node: {
    targetList: [{ ResTarget: { val: returnval, location: 0 } }],
    limitOption: 'LIMIT_OPTION_DEFAULT',
    op: 'SETOP_NONE',
  },
})
