/** Exit code of a program that was interrupted: 128 + SIGINT. */
export const interrupted = 130

/**
 * Turns the first Ctrl-C (or SIGTERM) into an abort, so that what is finished can be stored; the second ends the program at once.
 */
export function catchInterrupts(onFirst: () => void): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(interrupted)
    onFirst()
    controller.abort(new Error('interrupted'))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    release() {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
