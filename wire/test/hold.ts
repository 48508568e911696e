/** Holds a conversation with a server. */
import { Conversation } from '../../oracle/conversation.ts'

/** What is sent at once, and the start of the answer's last line (default: ready for query). */
export type Step = readonly Uint8Array[] | { readonly send: readonly Uint8Array[]; readonly until: string }

/** What a server says in a conversation. */
export const hold = async (port: number, steps: readonly Step[], database: string): Promise<string[]> => {
  const conversation = await Conversation.open({ port, database })
  const said: string[] = []
  for (const step of steps) {
    const { send, until } = 'send' in step ? step : { send: step, until: 'Z' }
    if (send.length > 0) conversation.send(...send)
    said.push(...(await conversation.until(until)), '')
  }
  await conversation.close()
  return said
}
