/**
 * What the system's own views are: a host brings it with the rows of the catalogs that they read, and every host the same. Without
 * one neither can be read.
 */
import { unsupported } from '../../wire/protocol/error.ts'
import type { Recorded } from '../system/rows.ts'

let definitions: ReadonlyMap<string, string> | undefined

/** @param recorded what a host has recorded, if there is one */
export const bringSystemViews = (recorded: Recorded | undefined): void => {
  if (definitions !== undefined || recorded === undefined) return
  const rows = recorded('views')?.rows ?? []
  definitions = new Map(rows.map(([oid, definition]) => [String(oid), String(definition)]))
}

/** The query of a view, as text. @throws PgError 0A000 without a host */
export const systemViewText = ({ oid, name }: { readonly oid: number; readonly name: string }): string => {
  const text = definitions?.get(String(oid))
  if (text === undefined) throw unsupported(`the view ${name}, whose definition a host brings,`)
  return text
}
