/**
 * A program that follows a slot until it is killed: it applies whole transactions to its copy, confirms them a while
 * later, and goes on from where it was. Arguments: the URL, the slot, the file of the copy, a seed.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { PgoutputMessage } from '../../wire/pgoutput/decode.ts'
import { Consumer } from '../../wire/replication/consumer.ts'
import { formatLsn, type Lsn } from '../../wire/replication/lsn.ts'
import { Anomaly } from './anomaly.ts'
import { FollowerCopy } from './follower-copy.ts'
import { below, randomFrom } from './random.ts'

const [url = '', slot = '', file = '', seed = '1'] = process.argv.slice(2)
const random = randomFrom(Number(seed))
const copy = new FollowerCopy(file)
// it goes with the campaign
process.on('disconnect', () => process.exit())

type Change = Extract<PgoutputMessage, { kind: 'insert' | 'update' | 'delete' }>

const follow = async (): Promise<void> => {
  const consumer = await Consumer.open({ url, slot, publications: ['followed'], position: copy.position })
  const confirmLater = (lsn: Lsn): void => {
    void pause(below(random, 3) * below(random, 400)).then(() => consumer.confirm(lsn))
  }
  let open: { readonly at: Lsn; readonly changes: Change[] } | undefined
  for await (const { message } of consumer)
    switch (message.kind) {
      case 'begin':
        if (open !== undefined) throw new Anomaly('a transaction begins within another one')
        if (message.finalLsn <= copy.position)
          throw new Anomaly(`${formatLsn(message.finalLsn)} comes after ${formatLsn(copy.position)}`)
        open = { at: message.finalLsn, changes: [] }
        break
      case 'relation':
        copy.learn(message)
        break
      case 'insert':
      case 'update':
      case 'delete':
        if (open === undefined) throw new Anomaly('a change outside of transactions')
        open.changes.push(message)
        break
      case 'commit':
        if (open?.at !== message.commitLsn) throw new Anomaly('a commit of another transaction')
        copy.apply(open.changes, message.endLsn)
        open = undefined
        confirmLater(message.endLsn)
    }
}

for (;;) {
  try {
    await follow()
  } catch (error) {
    if (error instanceof Anomaly) {
      copy.report(error.message)
      process.exit(1)
    }
  }
  await pause(50)
}
