import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { findPackageRoot } from '../../data/package-root.ts'
import { error } from '../../diagnostics/diagnostic.ts'
import type { TrialJob } from '../job.ts'
import type { Executor, TrialEvents, TrialFailure } from './executor.ts'
import type { WorkerReply, WorkerRequest } from './messages.ts'

/** Trains in `count` worker processes, each taking the next job when it is free, with `threads` threads on wasm. */
export function createWorkerExecutor(count: number, threads = 1): Executor {
  return async (jobs, events, signal) => {
    const queue = [...jobs]
    const slots = Array.from({ length: Math.min(count, queue.length) }, () => runSlot(queue, threads, events, signal))
    await Promise.all(slots)
  }
}

/** One worker at a time; a new one only where the last was killed. */
async function runSlot(queue: TrialJob[], threads: number, events: TrialEvents, signal: AbortSignal): Promise<void> {
  let worker: ChildProcess | undefined
  const stop = (): void => void worker?.kill('SIGKILL')
  signal.addEventListener('abort', stop)
  try {
    for (let job = queue.shift(); job !== undefined && !signal.aborted; job = queue.shift()) {
      worker = worker !== undefined && isRunning(worker) ? worker : startWorker()
      events.onStart(job)
      await trainIn(worker, { kind: 'train', job, threads }, events, signal)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    if (worker !== undefined) await endWorker(worker)
  }
}

function startWorker(): ChildProcess {
  // From dist/ and from the sources under test alike: the worker is always the built one.
  return fork(join(findPackageRoot(), 'dist/study/worker.js'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
}

/** Resolves when the worker has answered for the job, or is gone. */
async function trainIn(
  worker: ChildProcess,
  request: WorkerRequest,
  events: TrialEvents,
  signal: AbortSignal,
): Promise<void> {
  const { job } = request
  let complaint = ''
  const listen = (chunk: unknown): void => {
    complaint = `${complaint}${String(chunk)}`.slice(-4000)
  }
  worker.stderr?.on('data', listen)
  const reply = await new Promise<Exclude<WorkerReply, { kind: 'progress' }>>((resolve) => {
    const onExit = (code: number | null, killedBy: string | null): void => {
      resolve({ kind: 'failed', failure: describeExit(job, code, killedBy, complaint) })
    }
    const onMessage = (message: WorkerReply): void => {
      if (message.kind === 'progress') {
        events.onProgress(job, message.progress)
        return
      }
      worker.off('message', onMessage)
      worker.off('close', onExit)
      resolve(message)
    }
    // The process could not be made, or not be reached: without a listener the whole run would end.
    worker.once('error', (fault) => {
      const hints = ['train the missing trial with --resume, with fewer --jobs']
      const message = `the process of ${job.key} cannot run: ${fault.message}`
      resolve({ kind: 'failed', failure: { kind: 'diagnostics', diagnostics: [error('WM0807', message, { hints })] } })
    })
    worker.on('message', onMessage)
    // 'close' comes after the last of stderr, which says why.
    worker.once('close', onExit)
    // A send fails only when the worker is gone, and then 'close' says so.
    worker.send(request, () => {})
  })
  worker.stderr?.off('data', listen)
  if (signal.aborted) return
  if (reply.kind === 'done') events.onDone(job, reply.outcome)
  else events.onFailure(job, reply.failure)
}

function describeExit(job: TrialJob, code: number | null, killedBy: string | null, complaint: string): TrialFailure {
  // V8 ends itself with SIGABRT, after these words, when its heap is full.
  const outOfMemory = complaint.includes('out of memory')
  if (killedBy === null && !outOfMemory) {
    return { kind: 'bug', stack: `the worker process of ${job.key} ended with code ${code}\n${complaint}`.trim() }
  }
  const how = outOfMemory ? 'ran out of memory' : `was ended by ${killedBy}`
  const hints = ['train the missing trial with --resume; fewer --jobs need less memory']
  return { kind: 'diagnostics', diagnostics: [error('WM0807', `the process of ${job.key} ${how}`, { hints })] }
}

function isRunning(worker: ChildProcess): boolean {
  return worker.exitCode === null && worker.signalCode === null && worker.connected
}

/** A worker exits when its channel closes; one that is stuck in a long computation is killed. */
async function endWorker(worker: ChildProcess): Promise<void> {
  if (!isRunning(worker)) return
  const gone = new Promise((resolve) => worker.once('exit', resolve))
  worker.disconnect()
  const patience = setTimeout(() => worker.kill('SIGKILL'), 2000)
  await gone
  clearTimeout(patience)
}
