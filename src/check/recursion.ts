import type { Reporter } from '../evaluate/reporter.ts'
import { lookUp } from '../evaluate/scope.ts'
import type { DefineInfo } from '../evaluate/value.ts'
import { catalog } from '../registry/catalog.ts'
import type { Identifier } from '../syntax/ast.ts'
import { resolveLocalNames } from './local-names.ts'

/** A define that a body names, and where. */
interface Reference {
  readonly define: DefineInfo
  readonly place: Identifier
}

/** A define whose references are being followed. */
interface Step {
  readonly define: DefineInfo
  readonly references: readonly Reference[]
  next: number
}

/** A longer cycle is shown by its ends. */
const maxShown = 8

/**
 * Reports the defines whose bodies lead back to themselves, each cycle where it closes, whether or not anything applies them,
 * and gives the defines on these cycles. Depth first, with a stack of its own: a chain of defines may be long.
 */
export function reportRecursion(defines: readonly DefineInfo[], report: Reporter): readonly DefineInfo[] {
  const finished = new Set<DefineInfo>()
  const recursive: DefineInfo[] = []
  for (const start of defines) {
    const stack: Step[] = finished.has(start) ? [] : [stepInto(start)]
    const open = new Set<DefineInfo>([start])
    for (let step = stack.at(-1); step !== undefined; step = stack.at(-1)) {
      const reference = step.references[step.next++]
      if (reference === undefined) {
        stack.pop()
        open.delete(step.define)
        finished.add(step.define)
      } else if (open.has(reference.define)) {
        const from = stack.findIndex(({ define }) => define === reference.define)
        const cycle = stack.slice(from).map(({ define }) => define)
        recursive.push(...cycle)
        reportCycle(cycle, reference, report)
      } else if (!finished.has(reference.define)) {
        stack.push(stepInto(reference.define))
        open.add(reference.define)
      }
    }
  }
  return recursive
}

function stepInto(define: DefineInfo): Step {
  return { define, references: referencesOf(define), next: 0 }
}

/** Each define once. The defaults of parameters do not count: a call may give another layer. */
function referencesOf(define: DefineInfo): readonly Reference[] {
  const references = new Map<DefineInfo, Reference>()
  for (const place of resolveLocalNames(define.declaration).freeInBody) {
    const binding = lookUp(define.scope, place.text)
    if (binding?.kind !== 'define' || references.has(binding.define)) continue
    references.set(binding.define, { define: binding.define, place })
  }
  return [...references.values()]
}

function reportCycle(cycle: readonly DefineInfo[], { define, place }: Reference, report: Reporter): void {
  const { name } = define.declaration
  const names = [...cycle, define].map((step) => step.declaration.name.text)
  const path = names.length > maxShown ? [...names.slice(0, maxShown - 2), '…', ...names.slice(-2)] : names
  report.error('WM0215', place.span, `${name.text} would contain itself: ${path.join(' → ')}`, {
    labels: [{ span: name.span, message: 'defined here' }],
    hints: catalog.layer.has(name.text) ? [`it hides the built-in layer \`${name.text}\`; give it another name`] : [],
  })
}
