import type { Variant } from '../ablation/variants.ts'
import { suggest } from '../diagnostics/suggest.ts'
import type { Reporter } from '../evaluate/reporter.ts'
import { type Binding, lookUp, type Scope } from '../evaluate/scope.ts'
import type { Protocol, ProtocolSource } from '../study/protocol.ts'
import type { Identifier, StudyDeclaration } from '../syntax/ast.ts'
import { checkFit } from './fit.ts'
import { reportUnknownProtocol } from './protocols.ts'

/** One subject (an ablation or a network) under one protocol. */
export interface CheckedRun {
  readonly subject: string
  readonly variants: readonly Variant[]
  readonly protocol: Protocol
  readonly source: ProtocolSource
}

/** What `wmnet run` runs. */
export interface Study {
  readonly name: string
  readonly runs: readonly CheckedRun[]
}

/** What the earlier stages made of the declarations that studies name. */
export interface Subjects {
  /** Variants by the declaration of their ablation or network; absent where it is wrong. */
  readonly variants: ReadonlyMap<object, readonly Variant[]>
  readonly protocols: ReadonlyMap<object, ProtocolSource>
}

/** Crosses the subjects and protocols of each `run`; checks that they fit each other. Undefined where something is wrong. */
export function checkStudy(
  study: StudyDeclaration,
  scope: Scope,
  subjects: Subjects,
  report: Reporter,
): Study | undefined {
  const before = report.errorCount()
  const runs: CheckedRun[] = []
  if (study.runs.length === 0) report.error('WM0505', study.name.span, `${study.name.text} runs nothing`)
  for (const run of study.runs) {
    const variants = run.subjects.map((name) => ({ name, variants: findSubject(name, scope, subjects, report) }))
    const protocols = run.protocols.map((name) => findProtocol(name, scope, subjects, report))
    for (const protocol of protocols) {
      for (const subject of variants) {
        if (protocol === undefined || subject.variants === undefined) continue
        const twin = runs.find((other) => other.subject === subject.name.text && other.source === protocol)
        if (twin !== undefined) {
          report.error('WM0506', run.span, `${subject.name.text} under ${protocol.protocol.name} is run already`)
          continue
        }
        checkFit(subject.variants, protocol, report)
        runs.push({
          subject: subject.name.text,
          variants: subject.variants,
          protocol: protocol.protocol,
          source: protocol,
        })
      }
    }
  }
  return report.errorCount() > before ? undefined : { name: study.name.text, runs }
}

function findSubject(
  name: Identifier,
  scope: Scope,
  subjects: Subjects,
  report: Reporter,
): readonly Variant[] | undefined {
  const binding = lookUp(scope, name.text)
  if (binding?.kind === 'ablation') return subjects.variants.get(binding.declaration)
  if (binding?.kind === 'network') return findNetwork(name, binding, subjects, report)
  if (binding?.kind === 'missing') return undefined
  if (binding !== undefined) {
    const labels = [{ span: binding.span, message: 'defined here' }]
    report.error(
      'WM0204',
      name.span,
      `\`run\` wants an ablation or a network, found the ${binding.kind} \`${name.text}\``,
      { labels },
    )
    return undefined
  }
  const known = [...scope.bindings].flatMap(([key, { kind }]) =>
    kind === 'ablation' || kind === 'network' ? [key] : [],
  )
  const close = suggest(name.text, known)
  const hint = close !== undefined ? `did you mean \`${close}\`?` : 'import it with `use "file.wmnet" { NAME }`'
  report.error('WM0201', name.span, `there is no ablation or network \`${name.text}\``, { hints: [hint] })
  return undefined
}

function findNetwork(
  name: Identifier,
  binding: Binding & { kind: 'network' },
  subjects: Subjects,
  report: Reporter,
): readonly Variant[] | undefined {
  const required = binding.declaration.parameters.filter((parameter) => parameter.default === undefined)
  const [first] = required
  if (first === undefined) return subjects.variants.get(binding.declaration)
  report.error('WM0208', name.span, `${name.text} needs \`${first.name.text}\``, {
    labels: [{ span: first.name.span, message: 'has no default' }],
    hints: ['give it a default, or run an ablation that sets it'],
  })
  return undefined
}

function findProtocol(
  name: Identifier,
  scope: Scope,
  subjects: Subjects,
  report: Reporter,
): ProtocolSource | undefined {
  const binding = lookUp(scope, name.text)
  if (binding?.kind === 'protocol') return subjects.protocols.get(binding.declaration)
  reportUnknownProtocol(name.text, name.span, { scope, report })
  return undefined
}
