/** Checks for an abort and, at most every `interval` ms, lets the event loop turn: signals, messages, timers. */
export type Pause = () => Promise<void>

const interval = 20

/** The pause of one trial. It throws the signal's reason once that is aborted. */
export function createPause(signal: AbortSignal): Pause {
  let last = performance.now()
  return async () => {
    if (performance.now() - last >= interval) {
      // A timer and not a resolved promise: promises run before any input is looked at.
      await new Promise((resolve) => setTimeout(resolve, 0))
      last = performance.now()
    }
    signal.throwIfAborted()
  }
}
