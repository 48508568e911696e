/** Result columns as a client is told of them: a domain is its base type (RowDescription). */
import type { Catalog } from '../catalog/catalog.ts'
import { shownRecordType } from '../catalog/record-type.ts'
import type { OutputColumn } from '../tree/query.ts'

export const clientColumns = (catalog: Catalog, columns: readonly OutputColumn[]): OutputColumn[] =>
  baseColumns(catalog, columns).map((column) => ({ ...column, type: shownRecordType(column.type) }))

export const baseColumns = (catalog: Catalog, columns: readonly OutputColumn[]): OutputColumn[] =>
  columns.map((column) => {
    let { type, typmod } = column
    for (let { domain } = catalog.type(type); domain !== undefined; { domain } = catalog.type(type)) {
      type = domain.base
      typmod = domain.typmod
    }
    return { ...column, type, typmod }
  })
