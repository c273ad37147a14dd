import { startBackend } from '../backends/tfjs/index.ts'
import { failureOf, runInProcess } from './executors/in-process.ts'
import type { WorkerReply, WorkerRequest } from './executors/messages.ts'

/*
 * The program of a worker process. It writes no files; its parent does, so it may be ended at any moment. It lives no
 * longer than its parent: the channel closes even when the parent is killed.
 */
const never = new AbortController().signal

process.on('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole process group; the parent decides what happens.
process.on('SIGINT', () => {})
process.on('message', (request: WorkerRequest) => {
  train(request).catch((caught: unknown) => reply({ kind: 'failed', failure: failureOf(caught) }))
})

async function train({ job, threads }: WorkerRequest): Promise<void> {
  // Threads are the parent's to give; the trial itself takes the backend as it runs.
  if (job.backend === 'wasm') await startBackend('wasm', { threads })
  await runInProcess(
    [job],
    {
      onStart: () => {},
      onProgress: (_job, progress) => reply({ kind: 'progress', progress }),
      onDone: (_job, outcome) => reply({ kind: 'done', outcome }),
      onFailure: (_job, failure) => reply({ kind: 'failed', failure }),
    },
    never,
  )
}

function reply(message: WorkerReply): void {
  process.send?.(message)
}
