/** The options of a stream: after parse_output_parameters and pgoutput_startup (pgoutput.c). */
import { PgError, unsupported } from '../protocol/error.ts'

/** Options in the order in which they were given; one without a value is true. */
export type Options = readonly (readonly [name: string, value: string | undefined])[]

/** What a subscriber wants. */
export interface OutputOptions {
  readonly publications: readonly string[]
  /** Send logical messages. */
  readonly messages: boolean
  /** Send values in binary format. */
  readonly binary: boolean
}

/** The versions of the protocol that there are, and the first ones that have a feature. */
const OLDEST = 1
const NEWEST = 4
const STREAMING_SINCE = 2
const TWO_PHASE_SINCE = 3
const PARALLEL_SINCE = 4
const LARGEST = 0xffff_ffff

const TRUE = ['true', 'on', '1']
const FALSE = ['false', 'off', '0']

/** defGetBoolean. @throws PgError 42601 */
export const booleanOption = (name: string, value: string | undefined): boolean => {
  const text = value?.toLowerCase() ?? 'true'
  if (TRUE.includes(text)) return true
  if (FALSE.includes(text)) return false
  throw new PgError('42601', `${name} requires a Boolean value`)
}

/** defGetStreamingMode. @throws PgError 42601 */
const streamingOption = (value: string | undefined): 'off' | 'on' | 'parallel' => {
  const text = value?.toLowerCase() ?? 'true'
  if (text === 'parallel') return 'parallel'
  if (![...TRUE, ...FALSE].includes(text))
    throw new PgError('42601', 'streaming requires a Boolean value or "parallel"')
  return TRUE.includes(text) ? 'on' : 'off'
}

/** defGetString. @throws PgError 42601 */
export const textOption = (name: string, value: string | undefined): string => {
  if (value === undefined) throw new PgError('42601', `${name} requires a parameter`)
  return value
}

/** strtoul, and what may follow the digits: nothing. @throws PgError 22023 */
const versionOption = (value: string): number => {
  if (value !== '' && !/^\s*[+-]?\d+$/.test(value)) throw new PgError('22023', 'invalid proto_version')
  const version = Number(value)
  if (version < 0 || version > LARGEST) throw new PgError('22023', `proto_version "${value}" out of range`)
  return version
}

/**
 * What large transactions are streamed for before their commit, and two-phase commits, are as on a server that has none:
 * they may be asked for where the version knows them.
 * @throws PgError 42601, 42602, 22023, 0A000, XX000
 */
export const outputOptions = (options: Options): OutputOptions => {
  const given = new Set<string>()
  let version: number | undefined
  let publications: readonly string[] | undefined
  let [binary, messages, twoPhase] = [false, false, false]
  let streaming: ReturnType<typeof streamingOption> = 'off'
  for (const [name, value] of options) {
    if (given.has(name)) throw new PgError('42601', 'conflicting or redundant options')
    given.add(name)
    switch (name) {
      case 'proto_version':
        version = versionOption(textOption(name, value))
        break
      case 'publication_names':
        publications = splitNames(textOption(name, value))
        break
      case 'binary':
        binary = booleanOption(name, value)
        break
      case 'messages':
        messages = booleanOption(name, value)
        break
      case 'streaming':
        streaming = streamingOption(value)
        break
      case 'two_phase':
        twoPhase = booleanOption(name, value)
        break
      case 'origin':
        if (textOption(name, value) !== 'none' && value !== 'any')
          throw new PgError('22023', `unrecognized origin value: "${value}"`)
        break
      default:
        throw new PgError('XX000', `unrecognized pgoutput option: ${name}`)
    }
  }
  if (version === undefined) throw new PgError('22023', 'option "proto_version" missing')
  if (publications === undefined) throw new PgError('22023', 'option "publication_names" missing')
  checkVersion(version, streaming)
  if (twoPhase) {
    if (version < TWO_PHASE_SINCE) throw tooOld(version, 'two-phase commit', TWO_PHASE_SINCE)
    throw unsupported('two-phase decoding')
  }
  return { publications, messages, binary }
}

const tooOld = (version: number, feature: string, since: number): PgError =>
  new PgError('22023', `requested proto_version=${version} does not support ${feature}, need ${since} or higher`)

const checkVersion = (version: number, streaming: ReturnType<typeof streamingOption>): void => {
  const client = `client sent proto_version=${version} but server only supports protocol`
  if (version > NEWEST) throw new PgError('0A000', `${client} ${NEWEST} or lower`)
  if (version < OLDEST) throw new PgError('0A000', `${client} ${OLDEST} or higher`)
  if (streaming === 'on' && version < STREAMING_SINCE) throw tooOld(version, 'streaming', STREAMING_SINCE)
  if (streaming === 'parallel' && version < PARALLEL_SINCE) throw tooOld(version, 'parallel streaming', PARALLEL_SINCE)
}

/** SplitIdentifierString: names folded to lower case unless in double quotes. @throws PgError 42602 */
const splitNames = (list: string): string[] => {
  const invalid = (): PgError => new PgError('42602', 'invalid publication_names syntax')
  const names: string[] = []
  let rest = list.trim()
  if (rest === '') return names
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"\s*/.exec(rest)
    const found = quoted ?? /^([^",\s]+)\s*/.exec(rest)
    if (found === null) throw invalid()
    const name = found[1] ?? ''
    names.push(quoted === null ? name.toLowerCase() : name.replaceAll('""', '"'))
    rest = rest.slice(found[0].length)
    if (rest === '') return names
    if (!rest.startsWith(',')) throw invalid()
    rest = rest.slice(1).trimStart()
  }
}
