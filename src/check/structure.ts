import { suggest } from '../diagnostics/suggest.ts'
import { type Environment, evaluateAs } from '../evaluate/evaluate.ts'
import type { Argument, ParallelStatement, ResidualStatement } from '../syntax/ast.ts'

/** The settings of `residual` and `parallel`: each has one, a word. */

const settings = {
  residual: { name: 'project', options: ['auto', 'never'] },
  parallel: { name: 'merge', options: ['concat', 'add'] },
} as const

/** The setting of a `residual` (project, default auto) or a `parallel` (merge, default concat). */
export function evaluateSetting(statement: ResidualStatement | ParallelStatement, env: Environment): string {
  const { name, options } = settings[statement.kind]
  let chosen: string = options[0]
  for (const argument of statement.args) {
    if (argument.name !== undefined && argument.name.text !== name) reportUnknown(statement.kind, name, argument, env)
    else {
      const value = evaluateAs(argument.value, { kind: 'choice', options }, `\`${name}\` of ${statement.kind}`, env)
      if (value.kind === 'word') chosen = value.value
    }
  }
  return chosen
}

function reportUnknown(kind: string, known: string, argument: Argument, env: Environment): void {
  const found = argument.name?.text ?? ''
  const close = suggest(found, [known])
  env.report.error('WM0206', argument.name?.span ?? argument.span, `${kind} has no \`${found}\``, {
    hints: [close === undefined ? `it takes ${known}` : `did you mean \`${close}\`?`],
  })
}
