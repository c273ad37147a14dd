import { type Diagnostic, DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import { printCall } from '../registry/construct.ts'
import type { TrainSettings } from '../study/protocol.ts'

/** The loss left the numbers: no later batch can bring the weights back. */
export function divergedAt(epoch: number, batch: number, loss: number, settings: TrainSettings): DiagnosticError {
  return diverged(`the loss is ${loss} at batch ${batch} of epoch ${epoch}`, settings)
}

/** The last step of the kept epoch broke the weights: no later batch and no validation has shown it. */
export function divergedAfter(epoch: number, loss: number, settings: TrainSettings): DiagnosticError {
  return diverged(`the loss on the test images is ${loss} with the weights of epoch ${epoch}`, settings)
}

/** What such an error says; undefined for every other one. */
export function divergenceIn(caught: unknown): Diagnostic | undefined {
  return caught instanceof DiagnosticError ? caught.diagnostics.find(({ code }) => code === 'WM0850') : undefined
}

function diverged(what: string, settings: TrainSettings): DiagnosticError {
  const rate = settings.optimizer.args.lr
  const hint =
    typeof rate === 'number'
      ? `try a smaller learning rate than ${rate}, smaller initial weights or a normalisation layer`
      : 'try smaller initial weights or a normalisation layer'
  return new DiagnosticError([
    error('WM0850', `${what}, trained by ${printCall(settings.optimizer)}`, { hints: [hint] }),
  ])
}
