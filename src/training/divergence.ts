import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import { printCall } from '../registry/construct.ts'
import type { TrainSettings } from '../study/protocol.ts'

/** The loss left the numbers: no later batch can bring the weights back. */
export function divergedAt(epoch: number, batch: number, loss: number, settings: TrainSettings): DiagnosticError {
  const rate = settings.optimizer.args.lr
  const message = `the loss is ${loss} at batch ${batch} of epoch ${epoch}, trained by ${printCall(settings.optimizer)}`
  const hint =
    typeof rate === 'number'
      ? `try a smaller learning rate than ${rate}, smaller initial weights or a normalisation layer`
      : 'try smaller initial weights or a normalisation layer'
  return new DiagnosticError([error('WM0850', message, { hints: [hint] })])
}
