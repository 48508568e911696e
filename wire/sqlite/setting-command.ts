/** SET, SHOW, RESET, SET TRANSACTION, SET CONSTRAINTS and DISCARD. Manual: "SET" and its neighbours. */
import { OID } from '../../compiler/catalog/oid.ts'
import type { SettingPlan } from '../../compiler/plan.ts'
import type { Deferral } from './deferral.ts'
import type { Result } from './result.ts'
import type { SessionSettings } from './session-settings.ts'
import { modesOfSetting, withDefaultModes } from './settings.ts'
import type { Transaction } from './transaction.ts'

/** The session that settings are of. */
export interface SettingHost {
  readonly values: SessionSettings
  readonly transaction: Pick<Transaction<unknown>, 'isOpen' | 'setModes' | 'importSnapshot'>
  readonly deferral: Deferral
  /** The command stands in a routine. */
  readonly isNested: boolean
  /** DISCARD ALL. */
  forget(): void
  forgetSequences(): void
  /** DISCARD TEMP. */
  dropTemporary(): void
}

export const performSetting = (host: SettingHost, { setting, tag, notices }: SettingPlan): Result => {
  const { transaction, values } = host
  const done: Result = { tag, rows: [], notices }
  const outsideBlock = (command: string): Result => ({
    tag,
    rows: [],
    notices: [{ severity: 'WARNING', code: '25P01', message: `${command} can only be used in transaction blocks` }],
  })
  const isAlone = !transaction.isOpen && !host.isNested
  switch (setting.action) {
    case 'set': {
      if (setting.local && isAlone) return outsideBlock('SET LOCAL')
      const modes = modesOfSetting(setting.name, setting.value)
      if (modes !== undefined) {
        transaction.setModes(modes, host.isNested)
        return done
      }
      values.set(setting.name, setting.value, setting.local)
      return done
    }
    case 'transaction':
      if (isAlone) return outsideBlock('SET TRANSACTION')
      transaction.setModes(setting.modes, host.isNested)
      return done
    case 'constraints':
      if (isAlone) return outsideBlock('SET CONSTRAINTS')
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
