/**
 * A way for SQL to ask the host: a file system in which opening a file *is* the question.
 * `pg_read_file('/orez/<hex>')` opens a file whose name is the question in hex and whose text is the answer.
 * So built-ins that PGlite cannot answer (slots, other backends, snapshots) are answered wherever SQL may
 * call them: in joins, in functions, in views.
 */

interface Node {
  readonly id: number
  readonly name: string
  readonly mode: number
  node_ops: unknown
  stream_ops: unknown
}

interface Stream {
  readonly node: Node
  answer?: Uint8Array
}

/** What is used of Emscripten's file system. */
export interface EmscriptenFs {
  createNode(parent: Node | null, name: string, mode: number, dev?: number): Node
  destroyNode(node: Node): void
  mkdir(path: string): void
  mount(type: unknown, options: object, mountpoint: string): void
  readonly ErrnoError: new (errno: number) => Error
}

const DIRECTORY = 0o040_555
const FILE = 0o100_444
const ENOENT = 44

/** Mounts the question-and-answer files at `/orez`. */
export const mountHostCalls = (fs: EmscriptenFs, ask: (request: string) => string): void => {
  const create = (parent: Node | null, name: string, mode: number): Node => {
    const node = fs.createNode(parent, name, mode, 0)
    node.node_ops = nodeOps
    node.stream_ops = streamOps
    return node
  }
  const epoch = new Date(0)
  const nodeOps = {
    getattr: (node: Node) => ({
      dev: 1,
      ino: node.id,
      mode: node.mode,
      nlink: 1,
      uid: 0,
      gid: 0,
      rdev: 0,
      size: 0,
      atime: epoch,
      mtime: epoch,
      ctime: epoch,
      blksize: 4096,
      blocks: 0,
    }),
    setattr: () => undefined,
    lookup: (parent: Node, name: string) => create(parent, name, FILE),
    readdir: () => ['.', '..'],
  }
  const streamOps = {
    open: (stream: Stream) => {
      if (stream.node.mode === DIRECTORY) throw new fs.ErrnoError(ENOENT)
      stream.answer = Buffer.from(ask(Buffer.from(stream.node.name, 'hex').toString('utf8')))
    },
    close: (stream: Stream) => fs.destroyNode(stream.node),
    read: (stream: Stream, buffer: Uint8Array, offset: number, length: number, position: number) => {
      const part = (stream.answer ?? new Uint8Array()).subarray(position, position + length)
      buffer.set(part, offset)
      return part.length
    },
    llseek: (_stream: Stream, offset: number) => offset,
  }
  fs.mkdir('/orez')
  fs.mount({ mount: () => create(null, '/', DIRECTORY) }, {}, '/orez')
}
