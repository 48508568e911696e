/** What an expression or a query mentions. After find_expr_references_walker in dependency.c. */

import type { Catalog } from '../catalog/catalog.ts'
import { OID } from '../catalog/oid.ts'
import { isRecordType } from '../catalog/record-type.ts'
import type { Expr } from '../tree/expression.ts'
import type { Query, RangeEntry } from '../tree/query.ts'
import { children } from '../tree/walk.ts'
import { innerQueries, ownExpressions, queryRanges, subqueriesOf } from '../tree/walk-query.ts'
import { CLASSES } from './comments.ts'

/** An object, or a column of one. */
export interface Reference {
  readonly catalog: number
  readonly object: number
  readonly part: number
}

const keyOf = ({ catalog, object, part }: Reference): string => `${catalog} ${object} ${part}`

/** Gathers what is mentioned, each thing once. */
class Mentions {
  readonly #catalog: Catalog
  readonly #found = new Map<string, Reference>()

  constructor(catalog: Catalog) {
    this.#catalog = catalog
  }

  /** A table of which columns are mentioned is not mentioned besides. */
  list(): Reference[] {
    const all = [...this.#found.values()]
    const partial = new Set(all.filter(({ part }) => part !== 0).map(({ catalog, object }) => `${catalog} ${object}`))
    return all.filter(({ catalog, object, part }) => part !== 0 || !partial.has(`${catalog} ${object}`))
  }

  #add(catalog: keyof typeof CLASSES, object: number, part = 0): void {
    const reference = { catalog: CLASSES[catalog], object, part }
    this.#found.set(keyOf(reference), reference)
  }

  #type(oid: number): void {
    if (!isRecordType(oid)) this.#add('pg_type', oid)
  }

  #range({ source }: RangeEntry): void {
    if (source.kind === 'table') this.#add('pg_class', source.relation.oid)
    if (source.kind === 'subquery' && source.view !== undefined) this.#add('pg_class', source.view.oid)
  }

  #one(it: Expr): void {
    switch (it.kind) {
      case 'column': {
        const { source } = it.range
        const relation =
          source.kind === 'table' ? source.relation : source.kind === 'subquery' ? source.view : this.#row(it.range)
        const number = relation?.columns[it.index]?.number
        if (relation !== undefined && number !== undefined) this.#add('pg_class', relation.oid, number)
        return
      }
      case 'wholeRow':
        this.#range(it.range)
        return
      case 'const':
        this.#type(it.type)
        if (it.type === OID.regclass && it.value !== null) this.#add('pg_class', Number(it.value))
        if (it.type === OID.regproc && it.value !== null) this.#add('pg_proc', Number(it.value))
        if (it.type === OID.regtype && it.value !== null) this.#add('pg_type', Number(it.value))
        return
      case 'call':
      case 'aggregate':
      case 'window':
        this.#add('pg_proc', it.fn.oid)
        return
      case 'relabel':
      case 'ioCast':
      case 'arrayCast':
      case 'domain':
        this.#type(it.type)
        return
      case 'field': {
        const row = this.#catalog.findType(this.#catalog.baseType(it.arg.type))?.relation
        if (row === undefined) this.#type(it.type)
        else this.#add('pg_class', row, it.index + 1)
        return
      }
    }
  }

  expression(expr: Expr): void {
    this.#one(expr)
    for (const child of children(expr)) this.expression(child)
    for (const query of subqueriesOf(expr)) this.query(query)
  }

  #row({ source }: RangeEntry) {
    if (source.kind !== 'row' || source.rowType === undefined) return undefined
    return this.#catalog.findRelation(this.#catalog.findType(source.rowType)?.relation ?? 0)
  }

  query(query: Query): void {
    for (const range of queryRanges(query)) this.#range(range)
    for (const expr of ownExpressions(query)) this.expression(expr)
    const views = new Set(
      queryRanges(query).flatMap(({ source }) => (source.kind === 'subquery' && source.view ? [source.query] : [])),
    )
    for (const inner of innerQueries(query)) if (!views.has(inner)) this.query(inner)
  }
}

export const mentionedIn = (catalog: Catalog, exprs: readonly Expr[], queries: readonly Query[] = []): Reference[] => {
  const mentions = new Mentions(catalog)
  for (const expr of exprs) mentions.expression(expr)
  for (const query of queries) mentions.query(query)
  return mentions.list()
}
