import type { Reporter } from '../evaluate/reporter.ts'
import type { Statement } from '../syntax/ast.ts'
import { bodiesOf } from './statement-parts.ts'

/** Reports every `input` in the body of a define, in branches and loops as well. */
export function reportInputs(body: readonly Statement[], report: Reporter): void {
  for (const statement of body) {
    if (statement.kind === 'input') {
      report.error('WM0351', statement.span, 'a define takes its input from where it is used')
    }
    for (const inner of bodiesOf(statement)) reportInputs(inner, report)
  }
}
