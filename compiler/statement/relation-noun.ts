/** What kinds of relations a command may be about that names one of them (RangeVarCallbackForAlterRelation). */
import { PgError } from '../../wire/protocol/error.ts'
import type { RelationInfo } from '../catalog/entries.ts'

interface Noun {
  readonly tag: string
  /** The kind that it must be; ALTER TABLE is for all. */
  readonly kind?: RelationInfo['kind']
  readonly article?: string
}

export const RELATION_NOUNS: Readonly<Record<string, Noun>> = {
  OBJECT_TABLE: { tag: 'ALTER TABLE' },
  OBJECT_INDEX: { tag: 'ALTER INDEX' },
  OBJECT_VIEW: { tag: 'ALTER VIEW', kind: 'v', article: 'a view' },
  OBJECT_MATVIEW: { tag: 'ALTER MATERIALIZED VIEW', kind: 'm', article: 'a materialized view' },
  OBJECT_SEQUENCE: { tag: 'ALTER SEQUENCE', kind: 'S', article: 'a sequence' },
}

/** @param objectType as the grammar has it @throws PgError 42809 */
export const requireKind = ({ name, kind }: RelationInfo, objectType: string): void => {
  const noun = RELATION_NOUNS[objectType]
  if (noun?.kind !== undefined && kind !== noun.kind) throw new PgError('42809', `"${name}" is not ${noun.article}`)
  if (kind === 'c') throw new PgError('42809', `"${name}" is a composite type`, { hint: 'Use ALTER TYPE instead.' })
}
