/**
 * What the host tells its user.
 */
import { type ConsolaInstance, type ConsolaOptions, createConsola } from 'consola'
import type { LogLevel } from './options.ts'

export type Log = ConsolaInstance

const CONSOLA_LEVELS: Readonly<Record<LogLevel, number>> = { silent: -999, error: 0, warn: 1, info: 3, debug: 4 }

/** Without empty lines around warnings and errors; consola reads it, but its types do not say so. */
const ONE_LINE: object = { badge: false }

/** Everything goes to standard error: standard output stays free for what a command is asked for. */
export const createLog = (level: LogLevel): Log =>
  createConsola({
    level: CONSOLA_LEVELS[level],
    stdout: process.stderr,
    stderr: process.stderr,
    defaults: ONE_LINE as ConsolaOptions['defaults'],
  })
