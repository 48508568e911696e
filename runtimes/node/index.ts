/**
 * orez for Node: `startOrez()` gives an app Postgres and zero-cache with nothing to install.
 */

export { PgServer, type PgServerOptions } from '../../wire/server/server.ts'
export { MigrationError, type Seed } from './migrations.ts'
export { defineConfig, type Hook, type LogLevel, OptionError, type OrezOptions, type OrezUrls } from './options.ts'
export { type Orez, startOrez } from './start.ts'
