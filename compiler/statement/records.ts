/** Records among the columns of a query's result. */
import { unsupported } from '../../wire/protocol/error.ts'
import { recordShape } from '../bind/record-shape.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { OID } from '../catalog/oid.ts'
import { isRecordType, recordType } from '../catalog/record-type.ts'
import type { Query, Target } from '../tree/query.ts'

/** Records are shown as text while it is known what they consist of: the client gets no more of them. */
export const withRecordsAsText = (catalog: Catalog, query: Query): Query => {
  const isKnown = ({ expr, hidden }: Target): boolean =>
    !hidden && (isRecordType(expr.type) || (expr.type === OID.record && recordShape(catalog, expr) !== undefined))
  if (!query.targets.some(isKnown)) return query
  if (query.distinct !== undefined) throw unsupported('DISTINCT rows with records')
  const targets = query.targets.map(
    (target): Target =>
      isKnown(target)
        ? { ...target, expr: { kind: 'ioCast', arg: target.expr, explicit: false, type: OID.text, typmod: -1 } }
        : target,
  )
  // They are sorted as the records that they are.
  const orderBy = query.orderBy.map((key) => {
    const target = query.targets[key.target]
    return target !== undefined && isKnown(target)
      ? { ...key, target: targets.push({ ...target, hidden: true }) - 1 }
      : key
  })
  return { ...query, targets, orderBy }
}

/** A routine needs to know what records consist of. */
export const withRecordTypes = (catalog: Catalog, query: Query): Query => ({
  ...query,
  targets: query.targets.map((target) => {
    const shape = target.expr.type === OID.record ? recordShape(catalog, target.expr) : undefined
    return shape === undefined
      ? target
      : { ...target, expr: { kind: 'relabel', arg: target.expr, type: recordType(shape), typmod: -1 } }
  }),
})

/** A record that a client can be shown: as text, or as one that knows its shape, as functions return it. */
export const isRecordShown = ({ targets }: Query, at: number): boolean => {
  const expr = targets.filter(({ hidden }) => !hidden)[at]?.expr
  if (expr?.kind === 'ioCast') return true
  return expr?.kind === 'call' && expr.fn.body !== undefined && expr.fn.result === OID.record && !expr.fn.set
}
