/**
 * The statements that a client has prepared by protocol. PGlite knows each under a name of the session's own,
 * if at all: other sessions use the same names, and may throw PGlite's statements away.
 */
import type { Engine, Tenant } from '../pglite/engine.ts'
import { encodeParse, encodeTarget, type ParseMessage } from '../protocol/frontend.ts'
import type { StatementShape } from './statement.ts'

interface Known {
  /** As PGlite is told it. */
  readonly parse: ParseMessage
  readonly shape: StatementShape
  /** Where PGlite knows it: an engine, and the count of its wholesale deallocations at the time. */
  engine: Engine
  generation: number
}

export class PreparedStatements {
  readonly #tenant: Tenant
  readonly #prefix: string
  readonly #known = new Map<string, Known>()

  constructor(tenant: Tenant) {
    this.#tenant = tenant
    this.#prefix = `${tenant.state.pid}/`
  }

  has(name: string): boolean {
    return this.#known.has(name)
  }

  shapeOf(name: string): StatementShape | undefined {
    return this.#known.get(name)?.shape
  }

  /** The name under which PGlite has a statement, or would say that there is none. */
  nameInPglite(name: string): string {
    return this.#known.get(name)?.parse.statement ?? name
  }

  /** Takes what PGlite says of a statement back into the client's names. */
  inClientsNames(text: string): string {
    return text.replaceAll(`"${this.#prefix}`, '"')
  }

  /**
   * Notes a Parse that is about to be sent.
   * @returns the message for PGlite, and how to forget it if it fails
   */
  define(message: ParseMessage, shape: StatementShape, engine: Engine): { parse: ParseMessage; undo: () => void } {
    const { statement: name } = message
    const parse = { ...message, statement: name === '' ? '' : this.#prefix + name }
    const before = this.#known.get(name)
    this.#known.set(name, { parse, shape, engine, generation: engine.statementGeneration })
    if (name === '') engine.unnamedOwner = this.#tenant
    const undo = (): void => {
      if (before === undefined || name === '') this.#known.delete(name)
      else this.#known.set(name, before)
    }
    return { parse, undo }
  }

  /** The messages that make PGlite know a statement again; each is answered by an acknowledgement. */
  hydrate(name: string, engine: Engine): Buffer[] {
    const known = this.#known.get(name)
    if (known === undefined) return []
    const isKnown =
      known.engine === engine &&
      (name === '' ? engine.unnamedOwner === this.#tenant : known.generation === engine.statementGeneration)
    if (isKnown) return []
    known.engine = engine
    known.generation = engine.statementGeneration
    if (name === '') {
      engine.unnamedOwner = this.#tenant
      return [encodeParse(known.parse)]
    }
    // a leftover of the same name may be there
    return [encodeTarget('C', { target: 'statement', name: known.parse.statement }), encodeParse(known.parse)]
  }

  /** The message that defines a statement under the client's own name, for SQL's EXECUTE. */
  underOwnName(name: string): Buffer | undefined {
    const known = this.#known.get(name)
    return known === undefined ? undefined : encodeParse({ ...known.parse, statement: name })
  }

  /** Forgets one. Returns how to take that back. */
  forget(name: string): () => void {
    const known = this.#known.get(name)
    this.#known.delete(name)
    return () => {
      if (known !== undefined) this.#known.set(name, known)
    }
  }

  forgetAll(): void {
    this.#known.clear()
  }

  /** The names under which an engine still has statements of this client. */
  leftIn(engine: Engine): string[] {
    return [...this.#known.values()]
      .filter((one) => one.parse.statement !== '' && one.engine === engine)
      .filter((one) => one.generation === engine.statementGeneration)
      .map((one) => one.parse.statement)
  }
}
