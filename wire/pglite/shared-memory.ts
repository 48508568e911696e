/**
 * PGlite's WebAssembly with its memory shared between threads. A real backend is interrupted by a signal, whose
 * handler sets a flag in the process's memory; a thread that computes can only be reached the same way, by a
 * write into its memory. So the import of that memory is marked as shared before a module is compiled.
 * WebAssembly specification, "Import Section" and "Memory Types".
 */

const HEADER_SIZE = 8
const IMPORT_SECTION = 2
const KIND = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const
const HAS_MAXIMUM = 1
const SHARED = 2
/** What PGlite's own memory may grow to; shared memories must have a maximum. In pages of 64 KiB. */
const MAXIMUM = 32_768

/** Size of a memory in pages of 64 KiB. */
export interface MemoryLimits {
  readonly initial: number
  readonly maximum: number
}

export interface SharedModule {
  readonly wasm: Uint8Array<ArrayBuffer>
  /** What its memory must be made with. */
  readonly limits: MemoryLimits
}

class Reader {
  readonly #bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  byte(): number {
    return this.#bytes[this.at++] ?? 0
  }

  /** An unsigned LEB128 number. */
  number(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if ((byte & 0x80) === 0) return value
    }
  }

  name(): void {
    const length = this.number()
    this.at += length
  }

  limits(): { flags: number; initial: number; maximum: number | undefined } {
    const flags = this.byte()
    const initial = this.number()
    return { flags, initial, maximum: (flags & HAS_MAXIMUM) === 0 ? undefined : this.number() }
  }
}

const leb128 = (value: number): number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(Math.floor(value / 0x80))]

/** Where the limits of the imported memory stand, in an import section that begins at the reader's place. */
const findMemory = (reader: Reader): { from: number; to: number; limits: MemoryLimits } | undefined => {
  for (let count = reader.number(); count > 0; count--) {
    reader.name()
    reader.name()
    switch (reader.byte()) {
      case KIND.function:
        reader.number()
        break
      case KIND.table:
        reader.byte()
        reader.limits()
        break
      case KIND.memory: {
        const from = reader.at
        const { initial, maximum = MAXIMUM } = reader.limits()
        return { from, to: reader.at, limits: { initial, maximum } }
      }
      case KIND.global:
        reader.at += 2
        break
      case KIND.tag:
        reader.byte()
        reader.number()
        break
    }
  }
  return undefined
}

/**
 * Makes a module import its memory as a shared one.
 * @returns undefined when it does not import a memory
 */
export const shareMemory = (wasm: Uint8Array): SharedModule | undefined => {
  const reader = new Reader(wasm, HEADER_SIZE)
  while (reader.at < wasm.length) {
    const sectionAt = reader.at
    const section = reader.byte()
    const size = reader.number()
    const contentAt = reader.at
    const memory = section === IMPORT_SECTION ? findMemory(reader) : undefined
    if (memory !== undefined) {
      const { initial, maximum } = memory.limits
      const limits = [HAS_MAXIMUM | SHARED, ...leb128(initial), ...leb128(maximum)]
      const newSize = size + limits.length - (memory.to - memory.from)
      const parts = [
        wasm.subarray(0, sectionAt),
        Uint8Array.from([section, ...leb128(newSize)]),
        wasm.subarray(contentAt, memory.from),
        Uint8Array.from(limits),
        wasm.subarray(memory.to),
      ]
      return { wasm: join(parts), limits: memory.limits }
    }
    reader.at = contentAt + size
  }
  return undefined
}

const join = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/**
 * Has this thread's modules compiled with shared memory: PostgreSQL loads its libraries (plpgsql among them)
 * into the memory of the main module.
 */
export const shareLibraries = (): void => {
  const { Module } = WebAssembly
  const Sharing = class extends Module {
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof Module
    }

    constructor(bytes: BufferSource) {
      const view = ArrayBuffer.isView(bytes)
        ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        : new Uint8Array(bytes)
      super(shareMemory(view)?.wasm ?? bytes)
    }
  }
  Object.defineProperty(WebAssembly, 'Module', { value: Sharing })
}
