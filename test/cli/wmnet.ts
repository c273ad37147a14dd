import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const tinyStudy = fileURLToPath(new URL('study/tiny.wmspec', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves when the pattern has shown up on standard error; rejects if the program ends before. */
  sees(pattern: RegExp): Promise<void>
}

/** Starts the built program as a user's shell would, in a folder of choice. */
export function startWmnet(args: readonly string[], cwd: string = root, env: NodeJS.ProcessEnv = {}): Started {
  const buildError = inject('buildError')
  if (buildError !== '') throw new Error(buildError)
  const { WMNET_DATA: _, FORCE_COLOR: __, ...inherited } = process.env
  const child = spawn(process.execPath, [`${root}/dist/cli/main.js`, ...args], { cwd, env: { ...inherited, ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  const sees = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(stderr)) resolve()
      }
      look()
      child.stderr.on('data', look)
      void ended.then(() => reject(new Error(`ended without ${pattern}:\n${stderr}`)))
    })
  return { child, ended, sees }
}

export function runWmnet(args: readonly string[], cwd: string = root, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return startWmnet(args, cwd, env).ended
}
