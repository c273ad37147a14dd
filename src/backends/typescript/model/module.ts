import type { NodeId } from '../../../graph/graph.ts'
import { shapeOf } from '../../../graph/graph.ts'
import type { WrittenLayer } from '../layer-code.ts'
import { type Line, line } from '../lines.ts'
import {
  camel,
  type FunctionPart,
  findConsumers,
  inputShapes,
  type ModuleParts,
  ownNames,
  printArchitecture,
  printTables,
  type Subject,
} from '../module.ts'
import { nestNodes } from '../tree.ts'
import { fresh } from '../types.ts'
import { type ModelWriting, writeLayers } from './body.ts'
import { createCustomClasses } from './custom.ts'
import { createDefineFunctions } from './functions.ts'
import { pathOf } from './names.ts'
import { stockSteps } from './steps.ts'

/** A network as the parts of a module that builds a LayersModel. */
export function createModelParts(
  variant: Subject,
  layers: ReadonlyMap<NodeId, WrittenLayer>,
  runtimeNames: readonly string[],
): ModuleParts {
  const { graph } = variant
  const taken = new Set([...runtimeNames, ...ownNames, 'createModel', 'model'])
  const networkName = fresh(camel(graph.network), taken)
  const paths = new Set(graph.nodes.map((node) => pathOf(node).join('.')))
  if (paths.size < graph.nodes.length) throw new Error('two layers stand at one place')
  const classes = createCustomClasses(graph.network, taken)
  const defines = createDefineFunctions(graph, taken)
  const writing: ModelWriting = {
    graph,
    consumers: findConsumers(variant),
    declaration: 'let h = ',
    stepsOf(node) {
      const written = layers.get(node.id)
      if (written === undefined) throw new Error(`${node.name} was not written`)
      const shapes = inputShapes(node, variant)
      return stockSteps(written.spec, node, shapes) ?? [classes.stepOf(node, written, shapes)]
    },
    callDefine: defines.call,
  }
  const lines = defines.finish(writeLayers(nestNodes(graph), writing))
  const draws = [...layers.values()].some((layer) => layer.draws)
  return {
    architecture: printArchitecture(variant),
    types: [],
    forward: [
      createModel(variant, networkName, draws),
      writeForward(
        variant,
        [...layers.values()].some(({ training }) => training !== undefined),
      ),
      {
        doc: [],
        name: networkName,
        parameters: ['x: tfl.SymbolicTensor'],
        result: 'tfl.SymbolicTensor',
        lines,
      },
    ],
    functions: defines.partsFor(lines),
    classes: classes.print(),
    tables: printTables(graph, layers),
  }
}

function writeForward({ graph }: Subject, isAnother: boolean): FunctionPart {
  const output = shapeOf(graph, graph.output)
  const result = output.length === 1 ? 'tf.Tensor2D' : 'tf.Tensor4D'
  return {
    doc: [
      `x [B, ${graph.input.shape.join(', ')}] to [B, ${output.join(', ')}].`,
      ...(isAnother ? ['While training, dropout and noise draw, and moving statistics move.'] : []),
    ],
    name: 'forward',
    parameters: ['x: tf.Tensor4D', 'model: tfl.LayersModel', '{ training = false }: ForwardOptions = {}'],
    result,
    lines: [line(`return tf.tidy(() => model.apply(x, { training }) as ${result})`)],
  }
}

function createModel({ graph }: Subject, name: string, draws: boolean): FunctionPart {
  const [low, high] = graph.input.range
  const { shape } = graph.input
  const output = shapeOf(graph, graph.output).join(', ')
  const lines: readonly Line[] = [
    line(`const x = tfl.input({ shape: [${shape.join(', ')}], name: 'input' })`),
    line(`const model = tfl.model({ inputs: x, outputs: ${name}(x), name: '${graph.network}' })`),
    line('initWeights(model, seed)'),
    ...(draws ? [line('restartNoise(model, seed)')] : []),
    line('return model'),
  ]
  return {
    doc: [
      `The network on the current backend, with initial weights: [B, ${shape.join(', ')}] with values in [${low}, ${high}] to [B, ${output}].`,
    ],
    name: 'createModel',
    parameters: ['seed = 0'],
    result: 'tfl.LayersModel',
    lines,
  }
}
