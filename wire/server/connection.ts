/**
 * One socket: start-up, authentication, then its messages one after the other.
 * PostgreSQL manual, "Message Flow".
 */

import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { OWNER_ROLE } from '../../compiler/catalog/role.ts'
import { SessionState, SUPERUSER } from '../pglite/session-state.ts'
import {
  authenticationOk,
  authenticationSasl,
  authenticationSaslContinue,
  authenticationSaslFinal,
  backendKeyData,
  errorResponse,
  negotiateProtocolVersion,
  parameterStatus,
  readyForQuery,
} from '../protocol/backend.ts'
import { fatal, type PgError, protocolViolation, toPgError } from '../protocol/error.ts'
import { type Frame, FrameReader } from '../protocol/frame.ts'
import { decodeQuery, decodeSaslInitial, F, frontendLimit } from '../protocol/frontend.ts'
import { ScramServer } from '../protocol/scram.ts'
import type { ScramSecret } from '../protocol/scram-secret.ts'
import { readStartup, type StartupPacket } from '../protocol/startup.ts'
import { parseReplicationCommand } from '../replication/command.ts'
import type { ReplicatingSession, ReplicationSource } from '../replication/source.ts'
import { Walsender } from '../replication/walsender.ts'
import { loginRole } from '../sqlite/login.ts'
import { ProtocolSession } from '../sqlite/protocol-session.ts'
import type { ClientStream, ServedSession } from './client-stream.ts'
import type { PgServer } from './server.ts'
import { Session } from './session.ts'
import { isUtf8 } from './statement.ts'

type Startup = Extract<StartupPacket, { kind: 'startup' }>

/** Start-up parameters that are not settings. */
const NOT_SETTINGS = new Set(['user', 'database', 'options', 'replication'])
/** authentication_timeout, in milliseconds. */
const AUTHENTICATION_TIMEOUT = 60_000
/** The newest minor version of protocol 3 that is spoken. */
const MINOR = 2
/** Bytes a client may send ahead of what is being handled before its socket is paused. */
const READ_AHEAD = 1 << 20

/** Reads `-c name=value` and `--name=value` from the start-up parameter `options` (pg_split_opts). */
const splitOptions = (options: string): [string, string][] => {
  const words = (options.match(/(?:\\.|[^\s\\])+/gs) ?? []).map((word) => word.replaceAll(/\\(.)/gs, '$1'))
  const settings: [string, string][] = []
  for (let at = 0; at < words.length; at++) {
    let word = words[at] ?? ''
    if (word === '-c') word = `--${words[++at] ?? ''}`
    else if (word.startsWith('-c')) word = `--${word.slice(2)}`
    const match = /^--([^=]+)=(.*)$/s.exec(word)
    if (match === null) throw fatal('42601', `invalid command-line argument for server process: ${word}`)
    settings.push([(match[1] ?? '').replaceAll('-', '_'), match[2] ?? ''])
  }
  return settings
}

/** pg_clean_ascii, and the length limit of names: how application_name is stored. */
const cleanAscii = (name: string): string =>
  [...Buffer.from(name)]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('')
    .slice(0, 63)

export class Connection {
  readonly #server: PgServer
  readonly #socket: Socket
  readonly #frames = new FrameReader(frontendLimit)
  #startupBytes = Buffer.alloc(0)
  #started = false
  #session: ServedSession | undefined
  /** The session that the walsender has. */
  #replicating: ReplicatingSession | undefined
  #walsender: Walsender | undefined
  #scram: ScramServer | undefined
  #startup: Startup | undefined
  #pumping = false
  #gathering = false
  #closed = false
  #drained: (() => void)[] = []
  readonly #timer: NodeJS.Timeout
  readonly secret = randomBytes(4)
  readonly pid: number

  constructor(server: PgServer, socket: Socket, pid: number) {
    this.#server = server
    this.#socket = socket
    this.pid = pid
    this.#timer = setTimeout(
      () => this.#fail(fatal('57014', 'canceling authentication due to timeout')),
      AUTHENTICATION_TIMEOUT,
    )
    this.#timer.unref()
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => this.#onData(bytes))
    socket.on('drain', () => this.#wakeDrained())
    socket.on('error', () => this.#onClose())
    socket.on('end', () => this.#socket.end())
    socket.on('close', () => this.#onClose())
  }

  get session(): ServedSession | undefined {
    return this.#session
  }

  /** Ends the connection with a FATAL error, as a server that shuts down does. */
  shutDown(): void {
    this.#fail(fatal('57P01', 'terminating connection due to administrator command'))
  }

  readonly #stream: ClientStream = {
    write: (bytes) => {
      if (this.#closed) return undefined
      this.#gather()
      if (this.#socket.write(bytes)) return undefined
      return new Promise((resolve) => this.#drained.push(resolve))
    },
    end: (bytes) => {
      if (this.#closed) return
      if (bytes !== undefined) this.#socket.write(bytes)
      this.#socket.end()
      this.#socket.destroySoon()
    },
  }

  /** What is written before the event loop goes on leaves in one piece: the answers to messages that came together. */
  #gather(): void {
    if (this.#gathering) return
    this.#gathering = true
    this.#socket.cork()
    setImmediate(() => {
      this.#gathering = false
      this.#socket.uncork()
    })
  }

  #onData(bytes: Buffer): void {
    try {
      if (this.#started) {
        this.#frames.push(bytes)
        if (this.#frames.buffered > READ_AHEAD) this.#socket.pause()
        void this.#pump()
      } else this.#onStartupBytes(bytes)
    } catch (error) {
      this.#fail(toPgError(error))
    }
  }

  #onStartupBytes(bytes: Buffer): void {
    this.#startupBytes = Buffer.concat([this.#startupBytes, bytes])
    for (;;) {
      const read = readStartup(this.#startupBytes)
      if (read === undefined) return
      this.#startupBytes = this.#startupBytes.subarray(read.size)
      const { packet } = read
      if (packet.kind === 'ssl' || packet.kind === 'gss') {
        // what follows in the same packet was sent before our answer: a man in the middle, or a confused client
        if (this.#startupBytes.length > 0) throw protocolViolation('received unencrypted data after SSL request')
        this.#socket.write('N')
      } else if (packet.kind === 'cancel') {
        this.#server.cancel(packet.pid, packet.secret)
        this.#stream.end()
        return
      } else {
        this.#started = true
        this.#startup = packet
        this.#frames.push(this.#startupBytes)
        this.#greet(packet)
        void this.#pump()
        return
      }
    }
  }

  #greet(startup: Startup): void {
    const user = startup.parameters.get('user')
    if (user === undefined || user === '') throw fatal('28000', 'no PostgreSQL user name specified in startup packet')
    const options = [...startup.parameters.keys()].filter((name) => name.startsWith('_pq_.'))
    if (startup.minor > MINOR || options.length > 0) {
      this.#socket.write(negotiateProtocolVersion(Math.min(startup.minor, MINOR), options))
    }
    const { secret, user: owner } = this.#server.credentials
    const ask = (known: ScramSecret | undefined): void => {
      this.#scram = new ScramServer(user, known)
      this.#socket.write(authenticationSasl(['SCRAM-SHA-256']))
    }
    const database = startup.parameters.get('database') || user
    if (secret !== undefined && user === owner) ask(secret)
    else if (secret !== undefined)
      void this.#server.secretOf(database, user).then(ask, (error: unknown) => this.#fail(toPgError(error)))
    else void this.#logIn(startup).catch((error: unknown) => this.#fail(toPgError(error)))
  }

  #authenticate(frame: Frame, startup: Startup): Promise<void> {
    if (frame.type !== F.password) throw protocolViolation(`expected SASL response, got message type ${frame.type}`)
    const scram = this.#scram
    if (scram === undefined) throw protocolViolation('unexpected authentication message')
    if (!this.#saslBegun) {
      const initial = decodeSaslInitial(frame.body)
      if (initial.mechanism !== 'SCRAM-SHA-256') {
        throw protocolViolation('client selected an invalid SASL authentication mechanism')
      }
      this.#saslBegun = true
      this.#socket.write(authenticationSaslContinue(scram.first(initial.data)))
      return Promise.resolve()
    }
    this.#socket.write(authenticationSaslFinal(scram.final(frame.body.toString('utf8'))))
    this.#scram = undefined
    return this.#logIn(startup)
  }

  #saslBegun = false

  async #logIn(startup: Startup): Promise<void> {
    clearTimeout(this.#timer)
    this.#socket.write(authenticationOk())
    const { parameters } = startup
    const settings = new Map<string, string>()
    for (const [name, value] of splitOptions(parameters.get('options') ?? '')) settings.set(name, value)
    for (const [name, value] of parameters) {
      if (!NOT_SETTINGS.has(name) && !name.startsWith('_pq_.')) settings.set(name, value)
    }
    const encoding = settings.get('client_encoding')
    if (encoding !== undefined && !isUtf8(encoding))
      throw fatal('0A000', `client encoding "${encoding}" is not supported`)
    settings.delete('client_encoding')
    const application = settings.get('application_name')
    if (application !== undefined) settings.set('application_name', cleanAscii(application))
    const user = parameters.get('user') ?? ''
    const replication = parameters.get('replication')?.toLowerCase() ?? 'false'
    const isWalsender = ['true', 'on', 'yes', '1', 'database'].includes(replication)
    if (isWalsender && replication !== 'database') throw fatal('0A000', 'physical replication is not supported')
    const name = parameters.get('database') || user
    if (this.#server.backend === 'sqlite') {
      return this.#enterStore(name, user, settings, isWalsender)
    }
    const database = await this.#server.database(name)
    if (this.#closed) return
    if (user !== this.#server.credentials.user) await database.checkLogin(user)
    if (user !== SUPERUSER) settings.set('session_authorization', user)
    const session = new Session(database, new SessionState(this.pid, settings), this.#stream, {
      user,
      address: this.#socket.remoteAddress ?? '',
      port: this.#socket.remotePort ?? 0,
    })
    database.sessions.add(session)
    this.#session = session
    const reported =
      database.reportedAtStartup(settings) ??
      (await session
        .internal((engine) => database.reportedSettings(engine))
        .catch((error: unknown) => {
          const reason = toPgError(error)
          throw fatal(reason.code, reason.message)
        }))
    session.noteReported(reported)
    if (isWalsender) this.#replicate(database, session, this.#stream)
    this.#socket.write(
      Buffer.concat([
        ...[...reported].map(([name, value]) => parameterStatus(name, value)),
        backendKeyData(this.pid, this.secret),
        readyForQuery('I'),
      ]),
    )
    void this.#pump()
  }

  #replicate(source: ReplicationSource, session: ReplicatingSession, stream: ClientStream): void {
    this.#walsender = new Walsender(source, session, this.pid, stream)
    this.#replicating = session
  }

  /** A session with a database of SQLite. */
  async #enterStore(
    name: string,
    user: string,
    settings: ReadonlyMap<string, string>,
    isWalsender: boolean,
  ): Promise<void> {
    const store = await this.#server.store(name)
    if (this.#closed) return
    const owner = this.#server.credentials.user
    const role = loginRole(store.catalog, owner, user)
    if (isWalsender && role?.replication === false && !role.superuser)
      throw fatal('42501', 'permission denied to start WAL sender', {
        detail: 'Only roles with the REPLICATION attribute may start a WAL sender process.',
      })
    if (
      role !== undefined &&
      role.connectionLimit >= 0 &&
      this.#server.connectionsOf(role.oid, name) >= role.connectionLimit
    )
      throw fatal('53300', `too many connections for role "${user}"`)
    const stream = store.client(this.#stream)
    let session: ProtocolSession
    try {
      session = new ProtocolSession(store, name, this.pid, settings, stream, {
        role: role?.oid ?? OWNER_ROLE,
        owner,
        address: this.#socket.remoteAddress ?? '',
        port: this.#socket.remotePort ?? 0,
      })
    } catch (error) {
      const { code, message, fields } = toPgError(error)
      throw fatal(code, message, fields)
    }
    this.#session = session
    if (isWalsender) this.#replicate(store.replication, session, stream)
    this.#socket.write(Buffer.concat([session.greeting(), backendKeyData(this.pid, this.secret), readyForQuery('I')]))
    void this.#pump()
  }

  /** Handles the messages that have come, one after the other. */
  async #pump(): Promise<void> {
    if (this.#pumping || (this.#session === undefined && this.#scram === undefined)) return
    this.#pumping = true
    try {
      for (;;) {
        const frame = this.#frames.next()
        if (frame === undefined || this.#closed) break
        const handled = this.#handle(frame)
        if (handled !== undefined) await handled
        if (this.#frames.buffered <= READ_AHEAD && this.#socket.isPaused()) this.#socket.resume()
      }
    } catch (error) {
      this.#fail(toPgError(error))
    } finally {
      this.#pumping = false
    }
  }

  /** @returns what is to be waited for before the next message */
  #handle(frame: Frame): Promise<void> | undefined {
    const session = this.#session
    if (session === undefined) return this.#startup && this.#authenticate(frame, this.#startup)
    if (frame.type === F.terminate) {
      this.#stream.end()
      return undefined
    }
    if (frame.type === F.password) throw protocolViolation(`invalid frontend message type ${frame.type}`)
    const [walsender, replicating] = [this.#walsender, this.#replicating]
    if (walsender === undefined || replicating === undefined) return session.handle(frame)
    if (!walsender.isStreaming) return this.#replication(walsender, replicating, frame)
    walsender.handle(frame)
    return undefined
  }

  async #replication(walsender: Walsender, session: ReplicatingSession, frame: Frame): Promise<void> {
    if (frame.type !== F.query) {
      if (frame.type === F.copyData || frame.type === F.copyDone || frame.type === F.copyFail)
        return session.handle(frame)
      throw protocolViolation('extended query protocol not supported in a replication connection')
    }
    await walsender.source.releaseSnapshots(session)
    try {
      const command = parseReplicationCommand(decodeQuery(frame.body))
      if (command === undefined) return await session.handle(frame)
      await walsender.run(command)
    } catch (error) {
      const reason = toPgError(error)
      if (reason.severity === 'FATAL') throw reason
      walsender.source.slots.dropTemporary(this.pid)
      void this.#stream.write(Buffer.concat([errorResponse(reason), readyForQuery(session.status)]))
    }
  }

  #fail(error: PgError): void {
    if (this.#closed) return
    this.#stream.end(errorResponse(error.severity === 'FATAL' ? error : fatal(error.code, error.message, error.fields)))
    this.#onClose()
  }

  #wakeDrained(): void {
    const drained = this.#drained
    this.#drained = []
    for (const wake of drained) wake()
  }

  #onClose(): void {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#timer)
    this.#walsender?.stop()
    this.#wakeDrained()
    this.#server.forget(this)
    void this.#session?.end()
  }
}
