/** What a session's transaction has changed so far, as it will stand in the change log. */
import type { Node } from '@pgsql/types'
import { rowFilter } from '../../../compiler/bind/row-filter.ts'
import { DEFAULT_SETTINGS } from '../../../compiler/bind/settings.ts'
import type { Catalog } from '../../../compiler/catalog/catalog.ts'
import type { RelationInfo } from '../../../compiler/catalog/entries.ts'
import { columnMap } from '../../../compiler/catalog/inheritance.ts'
import { identityKey } from '../../../compiler/catalog/publication.ts'
import type { DefinitionPlan } from '../../../compiler/plan.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import type { Environment } from '../../../compiler/types/environment.ts'
import type { Encoded, Tuple } from '../../pgoutput/encode.ts'
import type { CapturedRelation } from '../../pgoutput/relation.ts'
import { FrameWriter } from '../../protocol/frame.ts'
import type { Lsn } from '../../replication/lsn.ts'
import type { RowChange } from '../foreign-key.ts'
import { outputOf } from '../result.ts'
import { Apart } from '../toast/apart.ts'
import type { ChangeLog, Pending } from './change-log.ts'
import { writeMessage, writeRow, writeTruncation } from './entry.ts'
import { Pieces } from './pieces.ts'
import type { RelationVersion } from './relation-versions.ts'

/** How the rows of a relation become text. */
interface Writer {
  readonly version: RelationVersion
  readonly row: (values: readonly Value[]) => Tuple
  readonly key: readonly number[]
  readonly whole: boolean
  /** A bit for each publication that a row passes the filter of; undefined where none has one. */
  readonly passes: (values: readonly Value[]) => number | undefined
  readonly apart: Apart
}

export class Capture {
  readonly #log: ChangeLog | undefined
  /** Changes are of interest to someone. */
  readonly #isWanted: () => boolean
  readonly #environment: () => Environment
  readonly #entries: Pieces
  readonly #relations = new Map<number, RelationVersion>()
  /** The transaction has changed something, captured or not. */
  hasWritten = false
  /** Messages that do not share the transaction's fate. */
  #lasting: { readonly lsn: Lsn; readonly prefix: string; readonly content: Uint8Array }[] = []
  #writers = new WeakMap<RelationInfo, { readonly catalog: Catalog; readonly writer: Writer | undefined }>()

  constructor(log: ChangeLog | undefined, isWanted: () => boolean, environment: () => Environment) {
    this.#log = log
    this.#entries = new Pieces(() => {
      if (log === undefined) throw new Error('changes are captured without a log')
      return log.openScratch()
    })
    this.#isWanted = isWanted
    this.#environment = environment
  }

  /** How many changes there are; a rollback goes back to that. */
  get state(): number {
    return this.#entries.count
  }

  restore(state: number): void {
    this.#entries.truncate(state)
  }

  /** Whether the changes of a table are captured. */
  isCaptured(catalog: Catalog, relation: RelationInfo): boolean {
    return this.#writer(catalog, relation) !== undefined
  }

  #writer(catalog: Catalog, relation: RelationInfo): Writer | undefined {
    if (this.#log === undefined || catalog.contents.publications.size === 0 || !this.#isWanted()) return undefined
    const known = this.#writers.get(relation)
    if (known?.catalog === catalog) return known.writer
    const writer = this.#make(this.#log, catalog, relation)
    this.#writers.set(relation, { catalog, writer })
    return writer
  }

  #make(log: ChangeLog, catalog: Catalog, relation: RelationInfo): Writer | undefined {
    const version = log.versions.of(catalog, catalog.findRelation(relation.oid) ?? relation)
    if (version === undefined) return undefined
    // Subscribers read PostgreSQL's own forms, whatever the session has been told to show.
    const env: Environment = { ...this.#environment(), catalog, settings: DEFAULT_SETTINGS }
    const outputs = relation.columns.map(({ type }) => outputOf(env, type))
    const key = identityKey(relation) ?? []
    return {
      version,
      row: (values) =>
        outputs.map((output, at) => {
          const value = values[at] ?? null
          return value === null ? null : output(value)
        }),
      key: relation.columns.flatMap(({ number }, at) => (key.includes(number) ? [at] : [])),
      whole: relation.replicaIdentity === 'f',
      passes: passing(env, relation, version.description),
      apart: new Apart(env, relation),
    }
  }

  /** A row that has come, changed or gone. */
  row(catalog: Catalog, { relation, old, new: row, assigned }: RowChange): void {
    const writer = this.#writer(catalog, relation)
    if (writer === undefined || this.#log === undefined) return
    const { version, whole, key, passes, apart } = writer
    const before = old && writer.row(old)
    const after = row && writer.row(row)
    const pick = (tuple: Tuple): Tuple => key.map((at) => tuple[at] ?? null)
    const storedApart = old === undefined || row === undefined ? [] : apart.of(old)
    // a key that is stored apart is told of even where it has not changed (HeapDetermineColumnsInfo)
    const isKept =
      before !== undefined &&
      (whole || after === undefined || key.some((at) => before[at] !== after[at] || storedApart.includes(at)))
    this.#relations.set(version.id, version)
    const lsn = this.#log.reserve()
    this.#add(
      lsn,
      writeRow(lsn, {
        kind: before === undefined ? 'I' : after === undefined ? 'D' : 'U',
        relation: version.id,
        before: isKept ? (whole ? before : pick(before)) : undefined,
        after,
        unchanged: storedApart.filter(
          (at) => assigned?.includes(relation.columns[at]?.number ?? 0) === false && before?.[at] === after?.[at],
        ),
        beforePasses: old && passes(old),
        afterPasses: row && passes(row),
      }),
    )
  }

  /** Tables that one TRUNCATE has emptied. */
  truncation(catalog: Catalog, { tables, cascade, restartIdentity }: NonNullable<DefinitionPlan['truncated']>): void {
    let group: string | undefined
    for (const oid of tables) {
      const version = this.#writer(catalog, catalog.relation(oid))?.version
      if (version === undefined || this.#log === undefined) continue
      const lsn = this.#log.reserve()
      group ??= String(lsn)
      this.#relations.set(version.id, version)
      this.#add(lsn, writeTruncation(lsn, version.id, group, { cascade, restartIdentity }))
    }
  }

  /** pg_logical_emit_message(). @returns where it stands, 0 where nobody could ever ask for it */
  message(transactional: boolean, prefix: string, content: Uint8Array): Lsn {
    if (this.#log === undefined) return 0n
    const lsn = this.#log.reserve()
    if (!transactional) this.#lasting.push({ lsn, prefix, content })
    else if (this.#isWanted()) this.#add(lsn, writeMessage(lsn, 'M', prefix, content))
    return lsn
  }

  #add(lsn: Lsn, entry: Encoded): void {
    this.#entries.add(lsn, entry)
  }

  /** What is to be committed, up to the position of the commit; undefined where nothing is. */
  pending(): Pending | undefined {
    if (this.#log === undefined || this.#entries.count === 0) return undefined
    return {
      pieces: this.#entries,
      size: this.#entries.size,
      lastLsn: this.#log.reserve(),
      rows: this.#entries.count,
      relations: this.#relations,
    }
  }

  /** A transaction has ended. */
  end(): void {
    this.#entries.clear()
    this.hasWritten = false
    this.#relations.clear()
  }

  /** Messages that are written whatever becomes of the transaction, before it, each as an entry of its own. */
  takeLasting(): Pending[] {
    return this.#lasting.splice(0).flatMap(({ lsn, prefix, content }) => {
      if (!this.#isWanted()) return []
      const body = writeMessage(lsn, 'm', prefix, content)(new FrameWriter()).take()
      return [{ pieces: [{ lsn, body }], size: body.length, lastLsn: lsn, rows: 1, relations: new Map() }]
    })
  }
}

/** The filters of publications, asked of a row as the relation has it that the publication names. */
const passing = (env: Environment, relation: RelationInfo, { publications }: CapturedRelation): Writer['passes'] => {
  if (publications.every(({ filter }) => filter === null)) return () => undefined
  const filters = publications.map(({ filter, as }) => {
    if (filter === null) return () => true
    const named = as === null ? relation : env.catalog.relation(as.oid)
    const test = rowFilter(env, named, JSON.parse(filter) as Node)
    const map = columnMap(named, relation)
    return (values: readonly Value[]) => test(map.map((at) => values[at] ?? null))
  })
  return (values) => filters.reduce((bits, test, at) => (test(values) ? bits | (1 << at) : bits), 0)
}
