/** What of a session a rollback takes back. */
import type { Settings } from '../../compiler/bind/settings.ts'
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { DeferralState } from './deferral.ts'
import type { Renewed } from './renewed.ts'
import type { PendingChannels } from './session-channels.ts'
import type { SystemTables } from './system-tables.ts'

export interface SessionState {
  readonly catalog: Catalog
  readonly settings: Settings
  readonly lasting: Settings
  readonly system: SystemTables['state']
  readonly deferral: DeferralState
  readonly renewed: Renewed
  readonly channels: PendingChannels
  readonly captured: number
}
