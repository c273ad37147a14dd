import type * as tfl from '@tensorflow/tfjs-layers'
import type { GraphNode, Shape } from '../../../graph/graph.ts'
import type { LayerSpec } from '../../../layers/layer.ts'
import { hole } from './holes.ts'

/** One layer of tfjs-layers that a layer is made of: what makes it, given the expression of its name. */
export interface LayerStep {
  write(name: (suffix: string) => string): string
}

interface Made {
  readonly factory: string
  readonly config: Readonly<Record<string, unknown>>
  readonly input: unknown
}

/** What tfjs-layers does by itself, or what the initial weights replace. */
const defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  conv2d: { strides: 1, padding: 'valid', useBias: true, kernelInitializer: 'zeros' },
  depthwiseConv2d: { strides: 1, padding: 'valid', useBias: true, depthMultiplier: 1, depthwiseInitializer: 'zeros' },
  separableConv2d: {
    strides: 1,
    padding: 'valid',
    useBias: true,
    depthwiseInitializer: 'zeros',
    pointwiseInitializer: 'zeros',
  },
  dense: { useBias: true, kernelInitializer: 'zeros' },
  batchNormalization: { momentum: 0.99, epsilon: 0.001 },
  layerNormalization: { epsilon: 0.001 },
  maxPooling2d: { padding: 'valid' },
  averagePooling2d: { padding: 'valid' },
}

/** Layers of tfjs-layers as the layer builds itself from them, the first one first; undefined where it is custom. */
export function stockSteps(
  spec: LayerSpec,
  { call }: GraphNode,
  shapes: readonly Shape[],
): readonly LayerStep[] | undefined {
  const { stock } = spec
  if (stock === undefined || !(stock.covers?.(call.args) ?? true)) return undefined
  const factories = new Proxy({}, { get: (_target, factory) => makeFactory(String(factory)) }) as typeof tfl.layers
  const symbols = shapes.map((shape) => ({ shape: [null, ...shape] })) as unknown as readonly tfl.SymbolicTensor[]
  const steps: LayerStep[] = []
  let made: unknown = stock.build(factories, placeholder, call.args, symbols)
  while (isMade(made)) {
    const { factory, config, input } = made
    steps.unshift({ write: (name) => `tfl.layers.${factory}(${writeConfig(config, defaults[factory] ?? {}, name)})` })
    made = input
  }
  return steps
}

const placeholder = 'NAME'

function makeFactory(factory: string) {
  return (config: { readonly name: string }) => ({
    name: config.name,
    apply: (input: unknown): Made => ({ factory, config, input }),
  })
}

function isMade(value: unknown): value is Made {
  return typeof value === 'object' && value !== null && 'factory' in value
}

function writeConfig(config: Made['config'], usual: Made['config'], name: (suffix: string) => string): string {
  const entries = Object.entries(config).filter(([key, value]) => value !== usual[key] && key !== 'name')
  const texts = entries.map(([key, value]) => `${key}: ${writeValue(key, value)}`)
  return `{ ${[writeName(name(String(config.name).slice(placeholder.length))), ...texts].join(', ')} }`
}

export function writeName(name: string): string {
  return name === 'name' ? name : `name: ${name}`
}

function writeValue(key: string, value: unknown): string {
  if (typeof value === 'number') return hole(key, String(value))
  if (Array.isArray(value)) return `[${value.map((each) => writeValue(key, each)).join(', ')}]`
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'boolean') return String(value)
  throw new Error(`the layer's ${key} cannot be written down`)
}
