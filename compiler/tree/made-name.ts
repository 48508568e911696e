/**
 * Names of FROM items in the stored queries of views that are written anew. They tell items apart that have the same name, and
 * are nothing that anybody has written: what is shown of them is what they were made of.
 */

/** No name that is written has these characters. */
const OF_ALIAS = '\u0001'
const OF_RELATION = '\u0002'

/** @param aliased the name is an alias, not that of a table */
export const madeName = (name: string, aliased: boolean, number: number): string =>
  `${name}${aliased ? OF_ALIAS : OF_RELATION}${number}`

/** What was written in place of a name. */
export const writtenName = (name: string): { readonly name: string; readonly aliased: boolean } => {
  for (const mark of [OF_ALIAS, OF_RELATION]) {
    const at = name.indexOf(mark)
    if (at >= 0) return { name: name.slice(0, at), aliased: mark === OF_ALIAS }
  }
  return { name, aliased: true }
}
