import { type Graph, type GraphNode, inputId, type Shape, shapeOf } from '../src/graph/graph.ts'
import { layers } from '../src/layers/index.ts'
import { catalog } from '../src/registry/catalog.ts'
import { entryOf, type ResolvedCall } from '../src/registry/construct.ts'
import type { ArgValue, RegistryName } from '../src/registry/params.ts'
import type { TrialHooks, TrialJob, TrialProgress } from '../src/study/job.ts'
import type { Protocol } from '../src/study/protocol.ts'

/** A call with its defaults filled in, as the checker leaves it. */
export function callOf(
  registry: RegistryName,
  name: string,
  given: Readonly<Record<string, ArgValue>> = {},
): ResolvedCall {
  const spec = catalog[registry].get(name)
  if (spec === undefined) throw new Error(`no ${registry} ${name}`)
  const args: Record<string, ArgValue> = {}
  for (const [key, param] of Object.entries(spec.params)) {
    const value = given[key]
    if (value !== undefined) args[key] = value
    else if (param.default?.kind === 'value') args[key] = param.default.value
    else if (param.default?.kind === 'sameAs') args[key] = args[param.default.parameter] ?? null
    else throw new Error(`${name} needs ${key}`)
  }
  return { registry, name, args }
}

const nowhere = { file: 'test.wmnet', start: 0, end: 0 }

/** A stack of layers, each its own statement. */
export function stackOf(
  input: Shape,
  calls: readonly ResolvedCall[],
  range: readonly [number, number] = [0, 1],
): Graph {
  const nodes: GraphNode[] = []
  let graph: Graph = {
    network: 'Test',
    input: { shape: input, range, span: nowhere },
    nodes,
    output: inputId,
    labels: {},
  }
  for (const [index, call] of calls.entries()) {
    const before = index === 0 ? inputId : index
    const result = entryOf(layers, call).shape(call.args, [shapeOf(graph, before)])
    if (!result.ok) throw new Error(`${call.name} ${result.problem.message}`)
    nodes.push({
      id: index + 1,
      name: `${call.name.replace('.', '_')}_${index + 1}`,
      call,
      role: 'layer',
      inputs: [before],
      shape: result.shape,
      origin: { span: nowhere, repetition: [], scopes: [], site: String(index), statement: index },
    })
    graph = { ...graph, output: index + 1 }
  }
  return graph
}

const layer = (name: string, args: Readonly<Record<string, ArgValue>> = {}) => callOf('layer', name, args)

/** 8x8x1 to 4 classes. The moving averages follow fast, since a test takes few steps. */
export function tinyGraph(): Graph {
  return stackOf(
    [8, 8, 1],
    [
      layer('conv', { channels: 4 }),
      layer('batchnorm', { momentum: 0.5 }),
      layer('relu'),
      layer('flatten'),
      layer('dense', { units: 4 }),
    ],
  )
}

export function tinyProtocol(changes: Partial<Protocol> = {}): Protocol {
  return {
    name: 'Test',
    data: callOf('dataset', 'synthetic', { size: [8, 8, 1], classes: 4, train: 200, test: 60, validation: 0.2 }),
    augment: [callOf('augment', 'random_crop', { pad: 1 })],
    train: {
      optimizer: callOf('optimizer', 'adam', { lr: 0.02 }),
      loss: callOf('loss', 'crossentropy'),
      batch: 32,
      epochs: 4,
      keep: callOf('keep', 'best'),
    },
    trials: 1,
    seed: 7,
    noise: [callOf('noise', 'uniform', { upper: [0, 0.5] })],
    attack: [callOf('attack', 'fgsm', { eps: [0, 0.1, 0.2] })],
    measure: [callOf('measure', 'error'), callOf('measure', 'loss')],
    explain: [],
    ...changes,
  }
}

export function tinyJob(changes: Partial<TrialJob> = {}): TrialJob {
  return {
    key: 'Test/tiny/trial-1',
    subject: 'Test',
    variant: 'tiny',
    trial: 1,
    graph: tinyGraph(),
    protocol: tinyProtocol(),
    backend: 'cpu',
    dataDir: null,
    ...changes,
  }
}

/** Hooks that write down what they hear. */
export function listen(signal: AbortSignal = new AbortController().signal): TrialHooks & { heard: TrialProgress[] } {
  const heard: TrialProgress[] = []
  return { heard, signal, onProgress: (progress) => heard.push(progress) }
}
