import type { GraphNode, Shape } from '../../../graph/graph.ts'
import { printBrief } from '../../../registry/print-brief.ts'
import type { LayerCode, WrittenLayer } from '../layer-code.ts'
import { indent } from '../lines.ts'
import { fresh, pascal } from '../types.ts'
import { wrapLine } from '../wrap.ts'
import { sizeNames, type WrittenShapes, writeShapes } from './custom-shapes.ts'
import { hole } from './holes.ts'
import { type LayerStep, writeName } from './steps.ts'

/** The classes of a module's custom layers, equal ones having one. */
export interface CustomClasses {
  stepOf(node: GraphNode, written: WrittenLayer, inputs: readonly Shape[]): LayerStep
  print(): readonly string[]
}

/** @param network before the classes' names in saved models, of which tfjs has one table */
export function createCustomClasses(network: string, taken: Set<string>): CustomClasses {
  const classes = new Map<string, { readonly name: string; readonly text: string }>()
  return {
    stepOf(node, written, [input]) {
      if (input === undefined || node.inputs.length !== 1) throw new Error(`${node.call.name} is not custom`)
      const shapes = writeShapes(written.spec, node.call.args, input)
      const body = classBody(written, shapes, input.length)
      const known = classes.get(`${node.call.name}\n${body}`)
      const name = known?.name ?? fresh(pascal(node.call.name), taken)
      if (known === undefined) {
        const text = printClass(name, network, node, written, shapes, body)
        classes.set(`${node.call.name}\n${body}`, { name, text })
      }
      const channels = shapes.hasChannels ? [`channels: ${hole('channels', String(node.call.args.channels))}`] : []
      return { write: (path) => `new ${name}({ ${[writeName(path('')), ...channels].join(', ')} })` }
    },
    print: () => [...classes.values()].map(({ text }) => text),
  }
}

function printClass(
  name: string,
  network: string,
  { call }: GraphNode,
  { spec, draws }: WrittenLayer,
  { weights, hasChannels }: WrittenShapes,
  body: string,
): string {
  const names = weights.map(([weight]) => `'${weight}'`).join(' | ')
  const types = [names === '' ? 'never' : names, ...(hasChannels ? ['{ channels: number }'] : [])]
  const base = draws ? 'NoisyLayer' : `CustomLayer<${types.join(', ')}>`
  return [
    `/** \`${printBrief(call)}\`: ${spec.doc} */`,
    `class ${name} extends ${base} {`,
    `  static readonly className = '${network}${name}'`,
    '',
    ...body.split('\n').flatMap(wrapLine),
    '}',
    `tf.serialization.registerClass(${name})`,
  ].join('\n')
}

function classBody(written: WrittenLayer, { weights, output }: WrittenShapes, rank: number): string {
  const shapes = weights.map(([name, dims]) => `${name}: [${dims.join(', ')}]`)
  const methods = [
    ...(shapes.length === 0
      ? []
      : [
          [
            `protected override weightShapes(${sizesUsed(shapes.join(), rank)}) {`,
            ...indent([`return { ${shapes.join(', ')} }`]),
            '}',
          ],
        ]),
    ...(output === undefined
      ? []
      : [
          [
            `protected override resultShape(${sizesUsed(output.join(), rank)}) {`,
            ...indent([`return [${output.join(', ')}]`]),
            '}',
          ],
        ]),
    writeForward(written),
  ]
  return methods.map((lines) => indent(lines).join('\n')).join('\n\n')
}

/** `[height = 0, width = 0]: readonly number[]`, as far as the sizes are used. */
function sizesUsed(text: string, rank: number): string {
  const names = sizeNames(rank)
  const last = names.findLastIndex((name) => new RegExp(`\\b${name}\\b`).test(text))
  const sizes = names.slice(0, last + 1).map((name) => (new RegExp(`\\b${name}\\b`).test(text) ? `${name} = 0` : ''))
  return `[${sizes.join(', ')}]: readonly number[]`
}

function writeForward({ spec, weights, testing, training }: WrittenLayer): readonly string[] {
  const modes = training === undefined ? [testing] : [testing, training]
  if (modes.some(({ statements }) => statements.some((text) => text.includes('.assign('))))
    throw new Error(`${spec.name} changes weights while training, which custom layers do not write down`)
  const own = (text: string) => text.replaceAll('w.noise', 'this.noise')
  const lines = ({ statements, result }: LayerCode) => [...statements.map(own), `return ${own(result)}`]
  const names = weights.map(({ name }) => `'${name}'`).join(' | ')
  const parameters = [
    'x: tf.Tensor',
    ...(weights.length > 0 || training !== undefined
      ? [`${weights.length > 0 ? 'w' : '_w'}: LayerWeights<${names === '' ? 'never' : names}>`]
      : []),
    ...(training === undefined ? [] : ['training: boolean']),
  ]
  const head = `protected override forward(${parameters.join(', ')}): tf.Tensor {`
  if (training === undefined) return [head, ...indent(lines(testing)), '}']
  if (training.statements.length === 0 && testing.statements.length === 0) {
    return [head, ...indent([`return training ? ${own(training.result)} : ${own(testing.result)}`]), '}']
  }
  return [head, ...indent(['if (training) {', ...indent(lines(training)), '}', ...lines(testing)]), '}']
}
