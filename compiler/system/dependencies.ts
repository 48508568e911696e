/** The rows of pg_depend that information_schema's views look for: not all that PostgreSQL has. */
import type { Environment } from '../types/environment.ts'
import { CLASSES } from './comments.ts'
import { checkColumns } from './constraints.ts'
import { oidOf } from './numbering.ts'
import { type SystemRow, text } from './row.ts'

interface Reference {
  readonly catalog: number
  readonly object: number
  readonly part?: number
}

const dependency = (from: Reference, to: Reference, type: string): SystemRow => ({
  classid: text(from.catalog),
  objid: text(from.object),
  objsubid: text(from.part ?? 0),
  refclassid: text(to.catalog),
  refobjid: text(to.object),
  refobjsubid: text(to.part ?? 0),
  deptype: type,
})

export const dependencyRows = ({ catalog }: Environment): SystemRow[] =>
  [...catalog.contents.relations.values()].flatMap((relation) => {
    const { pg_class, pg_constraint } = CLASSES
    const sequences = relation.columns.flatMap(({ sequence, number, identity }) =>
      sequence === undefined
        ? []
        : [
            dependency(
              { catalog: pg_class, object: sequence },
              { catalog: pg_class, object: relation.oid, part: number },
              identity === undefined ? 'a' : 'i',
            ),
          ],
    )
    const constraints = relation.constraints.flatMap((constraint) => {
      const from = { catalog: pg_constraint, object: oidOf('constraint', relation.oid, constraint.name) }
      if (constraint.kind === 'check')
        return checkColumns(relation, constraint.expression).map((part) =>
          dependency(from, { catalog: pg_class, object: relation.oid, part }, 'a'),
        )
      if (constraint.kind !== 'foreign') {
        const index = oidOf('index', relation.oid, constraint.name)
        return [dependency({ catalog: pg_class, object: index }, from, 'i')]
      }
      const target = catalog.relation(constraint.target)
      const key = target.constraints.find(
        (each) =>
          (each.kind === 'primary' || each.kind === 'unique') &&
          each.columns.toSorted().join() === constraint.targetColumns.toSorted().join(),
      )
      return key === undefined
        ? []
        : [dependency(from, { catalog: pg_class, object: oidOf('index', target.oid, key.name) }, 'n')]
    })
    return [...sequences, ...constraints]
  })
