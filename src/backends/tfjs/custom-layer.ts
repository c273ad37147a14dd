import * as tfc from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import type { Shape } from '../../graph/graph.ts'
import { layers } from '../../layers/index.ts'
import type { LayerSpec, WeightSpec } from '../../layers/layer.ts'
import { createStream, type RandomStream } from '../../random/stream.ts'
import type { ArgValue } from '../../registry/params.ts'
import { decodeArgs, encodeArgs } from './layer-args.ts'
import { ops } from './ops/index.ts'

type Args = Readonly<Record<string, ArgValue>>
type CustomLayerClass = tfc.serialization.SerializableConstructor<tfl.layers.Layer>
type LayerVariable = ReturnType<tfl.layers.Layer['addWeight']>

/** One class per custom layer of the registry, by the layer's name. Making them registers them with tfjs. */
const classes: ReadonlyMap<string, CustomLayerClass> = new Map(
  [...layers.values()].flatMap((spec) => {
    if (spec.elided === true || (spec.stock !== undefined && spec.stock.covers === undefined)) return []
    const cls = defineClass(spec)
    tfc.serialization.registerClass(cls)
    return [[spec.name, cls] as const]
  }),
)

/** A tfjs layer for a custom layer's call. `seed` starts the stream of its training noise. */
export function createCustomLayer(spec: LayerSpec, name: string, args: Args, seed: number): tfl.layers.Layer {
  const cls = classes.get(spec.name)
  if (cls === undefined) throw new Error(`layer '${spec.name}' has no custom implementation`)
  return new cls({ name, args: encodeArgs(args), seed })
}

/**
 * `wm.smooth` becomes `WmSmooth`. Names without a namespace get one, since tfjs has one table of class names and
 * would open every `Dropout` with the class that registered last: `dropout` becomes `WmnetDropout`.
 */
function classNameOf(layer: string): string {
  const qualified = layer.includes('.') ? layer : `wmnet.${layer}`
  return qualified.replace(/(?:^|[._])([a-z])/g, (_match, letter: string) => letter.toUpperCase())
}

interface CustomConfig {
  readonly name: string
  readonly args: string
  readonly seed: number
}

/** tfjs's extension point is a class, so this is one: weights, shape and forward pass all come from the registry. */
function defineClass(spec: LayerSpec): CustomLayerClass {
  return class extends tfl.layers.Layer {
    static className = classNameOf(spec.name)
    private readonly args: Args
    private readonly seed: number
    private readonly random: RandomStream
    private readonly variables = new Map<string, LayerVariable>()

    constructor(config: CustomConfig) {
      super({ name: config.name })
      this.args = decodeArgs(config.args)
      this.seed = config.seed
      this.random = createStream(config.seed, 'layer')
    }

    override build(inputShape: tfl.Shape | tfl.Shape[]): void {
      for (const weight of spec.weights(this.args, shapesOf(inputShape))) {
        this.variables.set(weight.name, this.addVariable(weight))
      }
      this.built = true
    }

    override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
      const result = spec.shape(this.args, shapesOf(inputShape))
      if (!result.ok) throw new Error(`${spec.name} ${result.problem.message}`)
      return [null, ...result.shape]
    }

    override call(inputs: tfc.Tensor | tfc.Tensor[], kwargs: Readonly<Record<string, unknown>>): tfc.Tensor {
      return tfc.tidy(() => {
        const weights = Object.fromEntries([...this.variables].map(([name, variable]) => [name, variable.read()]))
        const update = (name: string, value: tfc.Tensor) => this.updateVariable(name, value)
        const context = { training: kwargs.training === true, random: this.random, update }
        const given = [inputs].flat()
        const result = spec.forward(ops, given, weights, this.args, context)
        return given.includes(result) ? tfc.clone(result) : result
      })
    }

    override getConfig(): tfc.serialization.ConfigDict {
      return { ...super.getConfig(), args: encodeArgs(this.args), seed: this.seed }
    }

    private updateVariable(name: string, value: tfc.Tensor): void {
      const variable = this.variables.get(name)
      if (variable === undefined)
        throw new Error(`${spec.name} updates its weight '${name}', which it does not declare`)
      variable.write(value)
    }

    private addVariable(weight: WeightSpec): LayerVariable {
      const zeros = tfl.initializers.zeros()
      return this.addWeight(weight.name, [...weight.shape], 'float32', zeros, undefined, weight.trainable)
    }
  }
}

/** Shapes without the batch, of one input or of several. */
function shapesOf(inputShape: tfl.Shape | tfl.Shape[]): readonly Shape[] {
  const [first] = inputShape
  const shapes = Array.isArray(first) ? (inputShape as tfl.Shape[]) : [inputShape as tfl.Shape]
  return shapes.map((shape) => shape.slice(1).map((dim) => dim ?? Number.NaN))
}
