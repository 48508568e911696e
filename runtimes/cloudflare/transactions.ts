/**
 * A client's transactions where only a callback can be one: the statements that follow BEGIN are executed inside it, until
 * one of them ends it. Savepoints are callbacks within.
 */
import type { TransactionControl } from '../../wire/sqlite/database.ts'
import type { DurableSqlite, DurableStorage } from './durable-sqlite.ts'

/** Why a block ends: the command that did it, or that there is nothing more to execute. */
type End = TransactionControl | 'finished'

/** Has transactionSync() roll back. */
class RolledBack extends Error {}

/** The level that a command is about: 1 for the transaction, above that its savepoints. */
const levelOf = (command: TransactionControl): number => ('depth' in command ? command.depth + 1 : 1)

/**
 * Executes statements one after the other, in the transactions that they open.
 * @param step executes the next statement; false when there is none
 */
export const runInTransactions = (storage: DurableStorage, db: DurableSqlite, step: () => boolean): void => {
  const nextCommand = (): End => {
    for (;;) {
      const command = db.takeControl()
      if (command !== undefined) return command
      if (!step()) return 'finished'
    }
  }

  /** Statements at a level, until a command ends it. */
  const statements = (level: number): End => {
    for (;;) {
      const command = nextCommand()
      if (command === 'finished') return command
      if (command.action !== 'begin' && command.action !== 'savepoint') return command
      const end = block(levelOf(command))
      if (end !== undefined && level > 0) return end
      if (end === 'finished') return end
    }
  }

  /** One level, begun anew as often as it is rolled back to. @returns what is for the levels around it */
  const block = (level: number): End | undefined => {
    for (;;) {
      let end: End = 'finished'
      try {
        storage.transactionSync(() => {
          end = statements(level)
          if (end === 'finished' || end.action === 'rollback' || end.action === 'rollback to') throw new RolledBack()
        })
      } catch (error) {
        if (!(error instanceof RolledBack)) throw error
      }
      const reason = end as End
      if (reason === 'finished' || levelOf(reason) !== level) return reason
      if (reason.action !== 'rollback to') return undefined
    }
  }

  statements(0)
}
