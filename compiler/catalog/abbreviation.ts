/**
 * Names of functions as a bundle has them: many are made of the names of the types that the function takes, and what they
 * call is made of their own. Names as PostgreSQL has them are left as they are.
 */

/** What stands for the types of a function, in order. */
const PLACES = '#$%&()+,-./:;<=>?@[]^{|}'
const OWN_NAME = '*'

type NameOf = (type: number) => string | null | undefined

/** @param types of the arguments and the result */
export const abbreviate = (text: string, types: readonly number[], nameOf: NameOf, own?: string): string => {
  let short = own === undefined ? text : text.replace(own, OWN_NAME)
  for (const [at, place] of [...PLACES].entries()) {
    const name = nameOf(types[at] ?? 0) ?? ''
    if (name.length > 2) short = short.replace(name, () => place)
  }
  return short
}

export const unabbreviated = (short: string, types: readonly number[], nameOf: NameOf, own = ''): string =>
  short.replace(/[^\w]/g, (place) => (place === OWN_NAME ? own : (nameOf(types[PLACES.indexOf(place)] ?? 0) ?? '')))
