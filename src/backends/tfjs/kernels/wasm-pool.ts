// Threads for the wasm kernels in Node: workers that hold an instance of the kernels over the same shared memory. A call hands
// every thread, this one included, its range of items; ranges do not change what an element sums, so neither do threads.
import type { KernelFunction, WasmKernels } from './wasm-heap.ts'

export interface KernelPool {
  /** This thread included. */
  readonly threads: number
  /** Runs items [0, items) on all threads and waits. Thread t has `scratch + t·scratchBytes`. */
  run(kernel: KernelFunction, items: number, scratch: number, scratchBytes: number, args: readonly number[]): void
}

/** Int32 cells that the threads share: the number of the call, the kernel's index, its arguments, workers still busy, a trap. */
const cells = { call: 0, kernel: 1, count: 2, busy: 3, failed: 4, length: 5 } as const
/** Most numbers a kernel takes, and floats of the mailbox per thread: first, last, scratch, then the arguments. */
const mailboxLength = 40

/** Looks at a shared cell before a thread goes to sleep, from which waking takes some 20 µs: about as long as tfjs takes between two kernels. */
const spins = 20_000

/** What a worker runs: CommonJS text, since it must need no file beside the bundle. */
const workerProgram = `
const { workerData } = require('node:worker_threads')
const { module, memory, names, state, mailbox } = workerData
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports
let seen = 0
for (;;) {
  for (let i = 0; i < ${spins} && Atomics.load(state, ${cells.call}) === seen; i++);
  // A worker may have seen the call before its notification, which then wakes it once more: one call is one run.
  while (Atomics.load(state, ${cells.call}) === seen) Atomics.wait(state, ${cells.call}, seen)
  seen = Atomics.load(state, ${cells.call})
  const numbers = Array.from(mailbox.subarray(0, Atomics.load(state, ${cells.count})))
  try {
    if (numbers[0] < numbers[1]) kernels[names[Atomics.load(state, ${cells.kernel})]](...numbers)
  } catch {
    Atomics.store(state, ${cells.failed}, 1)
  }
  if (Atomics.sub(state, ${cells.busy}, 1) === 1) Atomics.notify(state, ${cells.busy})
}
`

/** Starts `threads` − 1 workers; they do not keep the process alive. */
export async function createKernelPool(
  threads: number,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  kernels: WasmKernels,
): Promise<KernelPool> {
  const { Worker } = await import('node:worker_threads')
  const names = Object.keys(kernels)
  const state = new Int32Array(new SharedArrayBuffer(4 * cells.length))
  const mailboxes = Array.from(
    { length: threads - 1 },
    () => new Float64Array(new SharedArrayBuffer(8 * mailboxLength)),
  )
  await Promise.all(
    mailboxes.map(async (mailbox) => {
      const worker = new Worker(workerProgram, {
        eval: true,
        execArgv: [],
        workerData: { module, memory, names, state, mailbox },
      })
      await new Promise<void>((resolve, reject) => {
        worker.once('online', resolve)
        worker.once('error', reject)
      })
      worker.unref()
    }),
  )
  return {
    threads,
    run(kernel, items, scratch, scratchBytes, args) {
      if (args.length + 3 > mailboxLength) throw new Error(`${kernel} takes ${args.length} arguments`)
      const start = (thread: number) => Math.floor((items * thread) / threads)
      for (const [i, mailbox] of mailboxes.entries()) {
        mailbox.set([start(i + 1), start(i + 2), scratch + (i + 1) * scratchBytes, ...args])
      }
      Atomics.store(state, cells.kernel, names.indexOf(kernel))
      Atomics.store(state, cells.count, args.length + 3)
      Atomics.store(state, cells.busy, mailboxes.length)
      Atomics.add(state, cells.call, 1)
      Atomics.notify(state, cells.call)
      kernels[kernel](0, start(1), scratch, ...args)
      awaitWorkers(state)
      if (Atomics.load(state, cells.failed) !== 0) throw new Error(`${kernel} trapped in a worker`)
    },
  }
}

/** Node lets its main thread block; a browser would not. */
function awaitWorkers(state: Int32Array<SharedArrayBuffer>): void {
  for (let i = 0; i < spins && Atomics.load(state, cells.busy) > 0; i++);
  for (let busy = Atomics.load(state, cells.busy); busy > 0; busy = Atomics.load(state, cells.busy)) {
    Atomics.wait(state, cells.busy, busy)
  }
}
