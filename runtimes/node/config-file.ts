/**
 * `orez.config.ts` (or .js, .mjs, .json …), found in the folder that orez is started in.
 */
import { loadConfig } from 'c12'
import type { OrezOptions } from './options.ts'

/**
 * Reads the configuration file. Without one, and without a name that was asked for, there are no options.
 * @throws Error when a file that was named does not exist, or a file cannot be loaded
 */
export const loadConfigFile = async (cwd: string, file: string | undefined): Promise<OrezOptions> => {
  const { config } = await loadConfig<OrezOptions>({
    name: 'orez',
    cwd,
    rcFile: false,
    globalRc: false,
    dotenv: false,
    extend: false,
    ...(file === undefined ? {} : { configFile: file, configFileRequired: true }),
  })
  return { ...config }
}
