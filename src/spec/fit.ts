import type { Variant } from '../ablation/variants.ts'
import type { DatasetInfo, DatasetSpec } from '../data/dataset.ts'
import { datasets } from '../data/datasets/index.ts'
import type { Span } from '../diagnostics/diagnostic.ts'
import type { Reporter } from '../evaluate/reporter.ts'
import { printShape, shapeOf } from '../graph/graph.ts'
import { lastConvolutional } from '../layers/last-convolutional.ts'
import { catalog } from '../registry/catalog.ts'
import { entryOf, type ResolvedCall } from '../registry/construct.ts'
import type { ProtocolSource } from '../study/protocol.ts'
import { keeps } from '../training/keep/index.ts'

/**
 * Checks a network and a protocol against each other before anything is trained: image size, value
 * range, classes, labels, ε. One message per mismatch, for the first variant that has it.
 */
export function checkFit(variants: readonly Variant[], source: ProtocolSource, report: Reporter): void {
  const spec: DatasetSpec = entryOf(datasets, source.protocol.data)
  const info = spec.info(source.protocol.data.args)
  const seen = new Set<string>()
  for (const variant of variants) {
    for (const mismatch of findMismatches(variant, source, info)) {
      const key = `${mismatch.code} ${mismatch.span.start} ${mismatch.key}`
      if (seen.has(key)) continue
      seen.add(key)
      report.error(mismatch.code, mismatch.span, mismatch.message, {
        labels: mismatch.label === undefined ? [] : [mismatch.label],
        hints: mismatch.hint === undefined ? [] : [mismatch.hint],
      })
    }
  }
  checkKeep(source, info, report)
}

interface Mismatch {
  readonly code: 'WM0510' | 'WM0511' | 'WM0512' | 'WM0513' | 'WM0514' | 'WM0515' | 'WM0517'
  /** What tells one mismatch from another at the same place. */
  readonly key: string
  readonly span: Span
  readonly message: string
  readonly label?: { readonly span: Span; readonly message: string }
  readonly hint?: string
}

function findMismatches(variant: Variant, source: ProtocolSource, info: DatasetInfo): readonly Mismatch[] {
  const { graph } = variant
  const { spans, protocol } = source
  const here = {
    span: graph.input.span,
    message: `${graph.network} takes ${printShape(graph.input.shape)} in [${graph.input.range.join(', ')}]`,
  }
  const found: Mismatch[] = []
  if (printShape(info.shape) !== printShape(graph.input.shape)) {
    const message = `${protocol.data.name} has ${printShape(info.shape)} images, ${variant.name} takes ${printShape(graph.input.shape)}`
    found.push({ code: 'WM0510', key: '', span: spans.data, message, label: here })
  }
  if (info.range[0] !== graph.input.range[0] || info.range[1] !== graph.input.range[1]) {
    const message = `${protocol.data.name} has values in [${info.range.join(', ')}], ${variant.name} takes [${graph.input.range.join(', ')}]`
    found.push({ code: 'WM0511', key: '', span: spans.data, message, label: here })
  }
  const output = shapeOf(graph, graph.output)
  if (printShape(output) !== String(info.classes.length)) {
    const last = graph.nodes[graph.output - 1]
    const message = `${protocol.data.name} has ${info.classes.length} classes, ${variant.name} puts out ${printShape(output)}`
    const label = last === undefined ? here : { span: last.origin.span, message: `the output, ${printShape(output)}` }
    found.push({
      code: 'WM0512',
      key: '',
      span: spans.data,
      message,
      label,
      hint: `end the network with dense(${info.classes.length})`,
    })
  }
  return [...found, ...findLabels(variant, source), ...findLevels(variant, source)]
}

/** Measures and explanations look at a labelled layer, or at the last convolutional one. */
function findLabels(variant: Variant, source: ProtocolSource): readonly Mismatch[] {
  const { graph } = variant
  const labels = Object.keys(graph.labels)
  const { protocol, spans } = source
  const looking = [
    ...protocol.measure.map((call, index) => ({ measure: call, span: spans.measure[index] ?? spans.name })),
    ...protocol.explain.map((call, index) => ({ measure: call, span: spans.explain[index] ?? spans.name })),
  ]
  return looking.flatMap(({ measure, span }): readonly Mismatch[] => {
    const parameter = labelParameter(measure)
    if (parameter === undefined) return []
    const label = measure.args[parameter]
    if (typeof label === 'string' && !labels.includes(label)) {
      const hint = labels.length === 0 ? 'it has no labels: name a layer with `as`' : `its labels: ${labels.join(', ')}`
      return [{ code: 'WM0513', key: label, span, message: `${variant.name} has no layer labelled \`${label}\``, hint }]
    }
    if (typeof label === 'string' && labels.includes(`${label}#2`)) {
      const message = `${variant.name} has several layers labelled \`${label}\``
      const hint = 'give the one that is meant a label of its own, outside of loops and defines'
      return [{ code: 'WM0513', key: label, span, message, hint }]
    }
    const shape = typeof label === 'string' ? shapeOf(graph, graph.labels[label] ?? graph.output) : []
    if (typeof label === 'string' && measure.registry === 'explain' && shape.length !== 3) {
      const message = `\`${label}\` of ${variant.name} puts out ${printShape(shape)}, and ${measure.name} looks at a map`
      return [{ code: 'WM0517', key: label, span, message, hint: 'label a layer that comes before `flatten`' }]
    }
    if (label !== null || lastConvolutional(graph) !== null) return []
    const message = `${measure.name} looks at the last convolutional layer, and ${variant.name} has none`
    return [
      {
        code: 'WM0515',
        key: '',
        span,
        message,
        hint: `label a layer with \`as\` and say ${measure.name}(${parameter}=LABEL)`,
      },
    ]
  })
}

function labelParameter(measure: ResolvedCall): string | undefined {
  const params = catalog[measure.registry].get(measure.name)?.params ?? {}
  return Object.entries(params).find(([, param]) => param.type.kind === 'label')?.[0]
}

/** An ε wider than the input's range asks for more than any image can change. */
function findLevels(variant: Variant, source: ProtocolSource): readonly Mismatch[] {
  const { range } = variant.graph.input
  const width = range[1] - range[0]
  return source.protocol.attack.flatMap((attack, index): readonly Mismatch[] => {
    const { eps, norm } = attack.args
    if (!Array.isArray(eps) || norm !== 'linf') return []
    const most = Math.max(...eps.map(Number))
    if (most <= width) return []
    const span = source.spans.attack[index] ?? source.spans.name
    const message = `eps goes to ${most}, and the input range [${range.join(', ')}] is ${width} wide`
    return [
      {
        code: 'WM0514',
        key: '',
        span,
        message,
        label: { span: variant.graph.input.span, message: 'the range is given here' },
      },
    ]
  })
}

function checkKeep(source: ProtocolSource, info: DatasetInfo, report: Reporter): void {
  const { keep } = source.protocol.train
  const { validation } = source.protocol.data.args
  if (validation !== 0 || !entryOf(keeps, keep).needsValidation(keep.args)) return
  report.error(
    'WM0516',
    source.spans.train,
    `keep = ${keep.name} chooses by the validation images, and there are none`,
    {
      labels: [{ span: source.spans.data, message: `${info.description}, validation=0` }],
      hints: ['keep some, e.g. validation=10%, or use keep = last'],
    },
  )
}
