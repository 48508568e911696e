/** pg_notify() and what it has in common with NOTIFY. Manual: "NOTIFY"; after Async_Notify (async.c). */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import type { Channels } from '../types/environment.ts'
import type { Call, Scalars, SetReturning } from './implementation.ts'

const MAX_NAME = 64
const MAX_PAYLOAD = 8000

const bytes = (text: string): number => new TextEncoder().encode(text).length

/** @throws PgError 22023 */
export const checkNotification = (channel: string, payload: string): void => {
  if (channel === '') throw new PgError('22023', 'channel name cannot be empty')
  if (bytes(channel) >= MAX_NAME) throw new PgError('22023', 'channel name too long')
  if (bytes(payload) >= MAX_PAYLOAD) throw new PgError('22023', 'payload string too long')
}

const channelsOf = ({ channels }: Call): Channels => {
  if (channels === undefined) throw unsupported('a notification here')
  return channels
}

export const notificationFunctions: Scalars = {
  pg_notify: function (this: Call, channel: Value, payload: Value) {
    const [name, text] = [String(channel ?? ''), String(payload ?? '')]
    checkNotification(name, text)
    channelsOf(this).notify(name, text)
    return ''
  },
}

export const listeningChannels: SetReturning = function (this: Call) {
  return channelsOf(this)
    .listening()
    .map((name) => [name])
}
