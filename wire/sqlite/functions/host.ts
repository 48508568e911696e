/** What a session brings to the compiler's functions: those about its server and its files. */
import { definitionFunctions } from '../../../compiler/deparse/definition-functions.ts'
import { privilegeFunctions, privilegeRows } from '../../../compiler/roles/inquiry.ts'
import { serverStatements } from '../../../compiler/statement/server-statements.ts'
import type { HostEnvironment } from '../../../compiler/types/environment.ts'
import { advisoryLockFunctions } from './advisory-lock.ts'
import { cursorRows } from './cursors.ts'
import { hashes } from './hash.ts'
import { preparedRows } from './prepared-statements.ts'
import { replicationFunctions, replicationRows } from './replication.ts'
import { sessionFunctions, sessionRows } from './sessions.ts'
import { checkSetting, settingFunctions, settingRows } from './settings.ts'
import { sleepFunctions } from './sleep.ts'
import { statisticsFunctions } from './statistics.ts'
import { storageFunctions } from './storage.ts'
import { visibilityFunctions } from './visibility.ts'

export const host = {
  functions: {
    scalars: {
      ...definitionFunctions,
      ...privilegeFunctions,
      ...advisoryLockFunctions,
      ...replicationFunctions,
      ...sessionFunctions,
      ...settingFunctions,
      ...sleepFunctions,
      ...statisticsFunctions,
      ...storageFunctions,
      ...visibilityFunctions,
    },
    rows: { ...cursorRows, ...preparedRows, ...privilegeRows, ...replicationRows, ...sessionRows, ...settingRows },
  },
  hashes,
  server: { ...serverStatements, checkSetting },
} as const satisfies HostEnvironment
