// Contenders as child processes, of which one computes at a time.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type Answer, type Contender, nameOf, type Request, type StepMemory } from './contender.ts'

export interface Running {
  readonly contender: Contender
  readonly name: string
  /** What its backend says it runs on. */
  readonly description: string
  readonly process: ChildProcess
}

/** A contender that could not run here, and why. */
export interface Missing {
  readonly name: string
  readonly reason: string
}

/** Starts a process and waits until its step is warm. */
export async function start(contender: Contender): Promise<Running | Missing> {
  const name = nameOf(contender)
  const child = fork(process.argv[1] ?? '', ['--contender', JSON.stringify(contender)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2000)
  })
  const first = await next(child)
  if (first.kind === 'ready') return { contender, name, description: first.description, process: child }
  await stop(child)
  return { name, reason: first.kind === 'failed' ? first.message : (errors.trim().split('\n').at(-1) ?? 'it ended') }
}

export async function timeStep(running: Running, milliseconds: number): Promise<number> {
  const answer = await ask(running, { kind: 'time', milliseconds })
  if (answer.kind !== 'time') throw unexpected(running, answer)
  return answer.millisecondsPerStep
}

export async function measureMemory(running: Running): Promise<StepMemory> {
  const answer = await ask(running, { kind: 'memory' })
  if (answer.kind !== 'memory') throw unexpected(running, answer)
  return answer.memory
}

export async function timeKernels(running: Running, milliseconds: number): Promise<Readonly<Record<string, number>>> {
  const answer = await ask(running, { kind: 'kernels', milliseconds })
  if (answer.kind !== 'kernels') throw unexpected(running, answer)
  return answer.seconds
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}

async function ask({ process: child }: Running, request: Request): Promise<Answer> {
  const answer = next(child)
  child.send(request)
  return answer
}

function next(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve) => {
    const onExit = (code: number | null, signal: string | null) => {
      child.off('message', onMessage)
      resolve({ kind: 'failed', message: `its process ended with ${code ?? signal}` })
    }
    const onMessage = (answer: Answer) => {
      child.off('exit', onExit)
      resolve(answer)
    }
    child.once('message', onMessage)
    child.once('exit', onExit)
  })
}

function unexpected({ name }: Running, answer: Answer): Error {
  return new Error(`${name}: ${answer.kind === 'failed' ? answer.message : `answered ${answer.kind}`}`)
}
