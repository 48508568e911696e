/** SET, SHOW, RESET, SET TRANSACTION, SET CONSTRAINTS and DISCARD. Manual: "SET" and its neighbours. */

import { OID } from '../../compiler/catalog/oid.ts'
import type { SettingPlan } from '../../compiler/plan.ts'
import type { Notice } from '../protocol/error.ts'
import type { Deferral } from './deferral.ts'
import type { Result } from './result.ts'
import type { SessionSettings } from './session-settings.ts'
import { modesOfSetting, withDefaultModes } from './settings.ts'
import { warning } from './told.ts'
import type { Transaction } from './transaction.ts'

/** The session that settings are of. */
export interface SettingHost {
  readonly values: SessionSettings
  readonly transaction: Pick<Transaction<unknown>, 'isOpen' | 'isBlock' | 'setModes' | 'importSnapshot'>
  readonly deferral: Deferral
  /** What is being run: a statement as a whole, or a procedure that may end the transaction. */
  routine(): 'atomic' | 'procedure' | undefined
  /** DISCARD ALL. */
  forget(): void
  forgetSequences(): void
  /** DISCARD TEMP. */
  dropTemporary(): void
}

/** Commands that are about the transaction at hand. */
const LOCAL: Readonly<Partial<Record<SettingPlan['setting']['action'], string>>> = {
  transaction: 'SET TRANSACTION',
  snapshot: 'SET TRANSACTION',
  constraints: 'SET CONSTRAINTS',
}

const outsideBlock = (command: string): Notice => ({
  severity: 'WARNING',
  code: '25P01',
  message: `${command} can only be used in transaction blocks`,
})

export const performSetting = (host: SettingHost, plan: SettingPlan): Result => {
  const { setting } = plan
  const { transaction } = host
  const isAlone = !transaction.isBlock && host.routine() === undefined
  /** Outside of blocks some commands only last as long as what the client has sent with them (WarnNoTransactionBlock). */
  const local = setting.action === 'set' ? setting.local && 'SET LOCAL' : LOCAL[setting.action]
  const warned = isAlone && local ? [outsideBlock(local)] : []
  const notices = [...plan.notices, ...warned]
  if (warned.length > 0 && !transaction.isOpen && setting.action !== 'snapshot')
    return { tag: plan.tag, rows: [], notices }
  return warning(warned, () => perform(host, { ...plan, notices }))
}

const perform = (host: SettingHost, { setting, tag, notices }: SettingPlan): Result => {
  const { transaction, values } = host
  const done: Result = { tag, rows: [], notices }
  switch (setting.action) {
    case 'set': {
      const modes = modesOfSetting(setting.name, setting.value)
      if (modes !== undefined) {
        transaction.setModes(modes, host.routine() === 'atomic')
        return done
      }
      values.set(setting.name, setting.value, setting.local)
      return done
    }
    case 'transaction':
      transaction.setModes(setting.modes, host.routine() === 'atomic')
      return done
    case 'constraints':
      host.deferral.set(setting.constraints, setting.deferred)
      return done
    case 'snapshot':
      transaction.importSnapshot(setting.id)
      return done
    case 'characteristics':
      values.current = withDefaultModes(values.current, setting.modes)
      values.lasting = withDefaultModes(values.lasting, setting.modes)
      return done
    case 'reset all':
      values.current = { ...values.defaults, transaction: values.current.transaction }
      values.lasting = values.defaults
      return done
    case 'discard':
      if (setting.dropsTemporary) host.dropTemporary()
      if (setting.what === 'all') host.forget()
      if (setting.what === 'sequences') host.forgetSequences()
      return done
    case 'show': {
      const { name, value } = values.show(setting.name)
      return { tag, columns: [{ name, type: OID.text, typmod: -1 }], rows: [[value]], notices }
    }
    default:
      return setting satisfies never
  }
}
