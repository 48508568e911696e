/**
 * One native PostgreSQL for a whole test run.
 */
import type { TestProject } from 'vitest/node'
import { NativePostgres } from './native-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    nativePort: number
  }
}

export default async (project: TestProject): Promise<() => Promise<void>> => {
  const native = await NativePostgres.start()
  project.provide('nativePort', native.port)
  return () => native.stop()
}
