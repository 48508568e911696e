/**
 * What a consumer is sent of changes, but for positions, transaction ids, times and OIDs.
 */
import postgres from 'postgres'
import type { PgoutputMessage } from '../pgoutput/decode.ts'
import { Consumer } from '../replication/consumer.ts'
import type { Case } from './replication-cases.ts'
import { url } from './servers.ts'

/** A Relation or Type message that repeats the last one for its OID says nothing new. */
const withoutRepetitions = (messages: readonly PgoutputMessage[]): PgoutputMessage[] => {
  const last = new Map<string, string>()
  return messages.filter((message) => {
    if (message.kind !== 'relation' && message.kind !== 'type') return true
    const text = JSON.stringify(message)
    const key = `${message.kind} ${message.oid}`
    if (last.get(key) === text) return false
    last.set(key, text)
    return true
  })
}

/** What must differ between two servers is replaced by what must not. */
const normalise = (messages: readonly PgoutputMessage[]): unknown[] => {
  const relations = new Map<number, string>()
  const types = new Map<number, string>()
  const type = (oid: number): string | number => types.get(oid) ?? oid
  return withoutRepetitions(messages).map((message) => {
    switch (message.kind) {
      case 'begin':
      case 'commit':
        return message.kind
      case 'message':
        return { ...message, lsn: undefined, content: message.content.toString('hex') }
      case 'type':
        types.set(message.oid, `${message.schema}.${message.name}`)
        return { ...message, oid: undefined }
      case 'relation':
        relations.set(message.oid, `${message.schema}.${message.name}`)
        return {
          ...message,
          oid: undefined,
          columns: message.columns.map((column) => ({ ...column, type: type(column.type) })),
        }
      case 'truncate':
        return { ...message, relations: message.relations.map((oid) => relations.get(oid)) }
      case 'origin':
        return message
      default:
        return { ...message, relation: relations.get(message.relation) }
    }
  })
}

/** Each transaction's messages by relation and first column's value: the order in which a row changes stays. */
const byRow = (messages: readonly unknown[]): unknown[] => {
  const keyOf = (message: unknown): string => {
    const { kind, relation = '', key, old, after } = message as Record<string, { text?: string }[] & string>
    const [first] = key ?? old ?? after ?? []
    return kind === 'relation' ? '' : `${relation} ${(first as { text?: string } | undefined)?.text ?? ''}`
  }
  const sorted: unknown[] = []
  for (let from = 0; from < messages.length; ) {
    const to = messages.indexOf('commit', from) + 1
    const transaction = messages.slice(from, to === 0 ? undefined : to)
    sorted.push(transaction.sort((a, b) => keyOf(a).localeCompare(keyOf(b))))
    from = to === 0 ? messages.length : to
  }
  return sorted
}

const DONE = 'test/done'

/** The messages that the changes of a case lead to. @param ordered each row's changes are in order, but not those of different rows */
export const follow = async (
  port: number,
  database: string,
  one: Case,
  ordered = one.interleaved !== true,
): Promise<unknown[]> => {
  const sql = postgres(url(port, database), { max: 1, onnotice: () => undefined })
  await sql
    .unsafe(
      `drop publication if exists pub; drop schema if exists case_s cascade; create schema case_s; set search_path = case_s; ${one.setup}`,
    )
    .simple()
  await sql.unsafe(`create publication pub ${one.publication}`)
  const consumer = await Consumer.open({
    url: url(port, database),
    slot: `follow_${database}`,
    publications: ['pub'],
    temporary: true,
    messages: true,
  })
  const messages: PgoutputMessage[] = []
  try {
    for (const change of one.changes) {
      await sql.unsafe(change).simple()
      await sql
        .unsafe('reset timezone; reset datestyle; reset extra_float_digits; reset bytea_output; reset intervalstyle')
        .simple()
    }
    await sql`SELECT pg_logical_emit_message(true, ${DONE}, '')`
    for await (const { message } of consumer) {
      messages.push(message)
      if (message.kind === 'message' && message.prefix === DONE) break
    }
  } finally {
    await consumer.close()
  }
  await sql.unsafe('drop publication pub; drop schema case_s cascade').simple()
  await sql.end()
  const normal = normalise(messages)
  return ordered ? normal : byRow(normal)
}
