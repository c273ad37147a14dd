import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

/** Processor time in seconds, user and system, the exit code, and what was written to standard error. */
export interface Timed {
  readonly seconds: number
  readonly code: number | null
  readonly stderr: string
}

/** Runs Node as a process of its own. Its own clock would not do: other work on the machine slows it, by any factor. */
export function timeNode(args: readonly string[]): Timed {
  const folder = mkdtempSync(join(tmpdir(), 'wmnet-timed-'))
  const errors = join(folder, 'stderr')
  const timed = `TIMEFORMAT='%3U %3S'; time "$@" > /dev/null 2> "$0"`
  const { status, stderr } = spawnSync('bash', ['-c', timed, errors, process.execPath, ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number)
  const written = readFileSync(errors, 'utf8')
  rmSync(folder, { recursive: true })
  return { seconds: user + system, code: status, stderr: written }
}

/**
 * How many times Node's own start a command takes, in processor time: the least of several, since other work on the machine
 * only adds. Seconds would not do, machines differ twofold.
 */
export function multipleOfNode(args: string): number {
  const rounds = Array.from({ length: 8 }, () => [
    timeNode(['-e', '0']).seconds,
    timeNode(['dist/cli/main.js', ...args.split(' ')]).seconds,
  ])
  const least = (kind: 0 | 1) => Math.min(...rounds.map((round) => round[kind] ?? Number.NaN))
  return least(1) / least(0)
}

export function runWmnet(args: readonly string[], cwd: string = root, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return startWmnet(args, cwd, env).ended
}
