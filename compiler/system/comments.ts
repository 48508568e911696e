/** pg_description. */
import type { Environment } from '../types/environment.ts'
import type { SystemRow } from './row.ts'

/** The oids of the catalogs that comments are of. */
export const CLASSES = {
  pg_class: 1259,
  pg_type: 1247,
  pg_proc: 1255,
  pg_namespace: 2615,
  pg_constraint: 2606,
  pg_trigger: 2620,
  pg_publication: 6104,
  pg_event_trigger: 3466,
  pg_attrdef: 2604,
  pg_rewrite: 2618,
  pg_language: 2612,
  pg_publication_rel: 6106,
  pg_publication_namespace: 6237,
} as const

export const commentKey = (catalog: keyof typeof CLASSES, object: number, part = 0): string =>
  `${CLASSES[catalog]} ${object} ${part}`

export const commentRows = ({ catalog }: Environment): SystemRow[] =>
  [...catalog.contents.comments].map(([key, description]) => {
    const [classoid = '', objoid = '', objsubid = ''] = key.split(' ')
    return { objoid, classoid, objsubid, description }
  })
