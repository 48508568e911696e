/** The options of a stream: after parse_output_parameters and pgoutput_startup (pgoutput.c). */
import { booleanOption, booleanWord } from '../../compiler/setting/boolean-option.ts'
import { splitIdentifiers } from '../../compiler/types/identifier.ts'
import { PgError, unsupported } from '../protocol/error.ts'

/** Options in the order in which they were given, some of them without a value. */
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

/** defGetStreamingMode. @throws PgError 42601 */
const streamingOption = (value: string | undefined): 'off' | 'on' | 'parallel' => {
  if (value?.toLowerCase() === 'parallel') return 'parallel'
  const isOn = booleanWord(value)
  if (isOn === undefined) throw new PgError('42601', 'streaming requires a Boolean value or "parallel"')
  return isOn ? 'on' : 'off'
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

/** One after the other, each of which may be given once. @throws PgError 42601 */
export function* eachOption(options: Options): Generator<Options[number]> {
  const given = new Set<string>()
  for (const option of options) {
    if (given.has(option[0])) throw new PgError('42601', 'conflicting or redundant options')
    given.add(option[0])
    yield option
  }
}

/**
 * Streaming of large transactions before their commit may be asked for where the version knows it: no transaction is ever
 * taken for large.
 * @throws PgError 42601, 42602, 22023, 0A000, XX000
 */
export const outputOptions = (options: Options): OutputOptions => {
  let version: number | undefined
  let publications: readonly string[] | undefined
  let [binary, messages, twoPhase] = [false, false, false]
  let streaming: ReturnType<typeof streamingOption> = 'off'
  for (const [name, value] of eachOption(options)) {
    switch (name) {
      case 'proto_version':
        version = versionOption(textOption(name, value))
        break
      case 'publication_names':
        publications = splitIdentifiers(textOption(name, value))
        if (publications === undefined) throw new PgError('42602', 'invalid publication_names syntax')
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
