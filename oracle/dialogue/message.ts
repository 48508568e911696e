/** What a random client says: messages of the protocol, and what they are in words. */
import { B, C, c, D, d, E, FLUSH, f, P, Q, SYNC } from '../messages.ts'

export type Message =
  | { readonly kind: 'query'; readonly sql: string }
  | { readonly kind: 'parse'; readonly statement: string; readonly sql: string }
  | {
      readonly kind: 'bind'
      readonly statement: string
      readonly portal: string
      readonly values: readonly (string | null)[]
      readonly formats: readonly number[]
    }
  | { readonly kind: 'describe' | 'close'; readonly target: 'portal' | 'statement'; readonly name: string }
  | { readonly kind: 'execute'; readonly portal: string; readonly limit: number }
  | { readonly kind: 'flush' | 'sync' | 'copy done' }
  | { readonly kind: 'copy data' | 'copy fail'; readonly text: string }

export const bytesOf = (message: Message): Uint8Array => {
  switch (message.kind) {
    case 'query':
      return Q(message.sql)
    case 'parse':
      return P(message.sql, message.statement)
    case 'bind':
      return B(message.values, message)
    case 'describe':
      return D(message.target, message.name)
    case 'close':
      return C(message.target, message.name)
    case 'execute':
      return E(message.portal, message.limit)
    case 'flush':
      return FLUSH
    case 'sync':
      return SYNC
    case 'copy data':
      return d(message.text)
    case 'copy done':
      return c
    case 'copy fail':
      return f(message.text)
    default:
      return message satisfies never
  }
}

export const wordsOf = ({ kind, ...parts }: Message): string =>
  `${kind} ${Object.values(parts)
    .map((part) => JSON.stringify(part))
    .join(' ')}`.trim()
