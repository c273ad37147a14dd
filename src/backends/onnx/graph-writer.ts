import type { Shape } from '../../graph/graph.ts'
import { type Arrangement, permutation, permute, permuteValues } from './arrangement.ts'
import {
  type Attributes,
  floatTensor,
  type Info,
  intTensor,
  type NodeMessage,
  nodeMessage,
  type TensorMessage,
} from './messages.ts'
import { type Activation, formIn, preferredForm, type Weight } from './value.ts'

/** Operators of ONNX's default domain that wmnet writes, as opset 17 defines them. */
export type Operator =
  | ('Add' | 'Sub' | 'Mul' | 'Div' | 'Sqrt' | 'Reciprocal')
  | ('Conv' | 'Gemm' | 'MatMul' | 'MaxPool' | 'AveragePool' | 'BatchNormalization' | 'Resize')
  | ('Transpose' | 'Reshape' | 'Concat' | 'Pad' | 'Slice' | 'ReduceMean' | 'ReduceSum')
  | ('Relu' | 'LeakyRelu' | 'Elu' | 'Selu' | 'Sigmoid' | 'Tanh' | 'Erf' | 'Softmax')

/** What a node puts out: its shape as layers see it, and the order in which the axes lie. */
export interface Result {
  readonly shape: Shape
  readonly arrangement: Arrangement
}

/** Collects the parts of an ONNX graph, in an order in which they can be computed. */
export interface GraphWriter {
  readonly nodes: readonly NodeMessage[]
  /** Of what the nodes put out. */
  readonly infos: readonly Info[]
  readonly initializers: ReadonlyMap<string, TensorMessage>
  /** Nodes from here on belong to this layer: their names begin with its name, and `doc` says what it is. */
  enter(layer: string, doc: string): void
  node(operator: Operator, inputs: readonly string[], result: Result, attributes?: Attributes): Activation
  /** The activation's name with its axes in that order; transposes it where it is not there yet. */
  arrange(x: Activation, arrangement: Arrangement): string
  /** The weight's name with its axes permuted and then, row-major, read as `shape`. */
  weight(weight: Weight, perm: readonly number[], shape?: Shape): string
  /** A scalar. */
  float(value: number): string
  floats(values: readonly number[]): string
  ints(values: readonly number[]): string
}

export function createGraphWriter(): GraphWriter {
  const nodes: NodeMessage[] = []
  const infos: Info[] = []
  const initializers = new Map<string, TensorMessage>()
  const names = new Set<string>()
  let [layer, doc] = ['', '']

  const node: GraphWriter['node'] = (operator, inputs, { shape, arrangement }, attributes = {}) => {
    const name = unusedName(names, `${layer}/${operator}`)
    nodes.push(nodeMessage({ name, operator, inputs, attributes, doc }))
    infos.push({ name, shape: permute<number | 'N'>(['N', ...shape], arrangement) })
    return { kind: 'activation', shape, forms: [{ arrangement, name }] }
  }
  const initialize = (name: string, create: () => TensorMessage): string => {
    if (!initializers.has(name)) initializers.set(name, create())
    return name
  }
  return {
    nodes,
    infos,
    initializers,
    enter(...current) {
      ;[layer, doc] = current
    },
    node,
    arrange(x, arrangement) {
      const there = formIn(x, arrangement)
      if (there !== undefined) return there.name
      const from = preferredForm(x)
      const perm = permutation(from.arrangement, arrangement)
      const { name } = preferredForm(node('Transpose', [from.name], { shape: x.shape, arrangement }, { perm }))
      x.forms.push({ arrangement, name })
      return name
    },
    ...createConstants(initialize),
  }
}

type Initialize = (name: string, create: () => TensorMessage) => string

function createConstants(initialize: Initialize): Pick<GraphWriter, 'weight' | 'float' | 'floats' | 'ints'> {
  /** Per weight, the forms in which it is written. The first has the weight's own name. */
  const written = new Map<string, string[]>()
  return {
    weight({ name, shape, values }, perm, dims = permute(shape, perm)) {
      const forms = written.get(name) ?? []
      written.set(name, forms)
      const form = `${perm} as ${dims}`
      if (!forms.includes(form)) forms.push(form)
      const own = forms.indexOf(form) === 0 ? name : `${name}/${forms.indexOf(form) + 1}`
      return initialize(own, () => floatTensor(own, dims, permuteValues(values, shape, perm)))
    },
    float: (value) => initialize(`float/${value}`, () => floatTensor(`float/${value}`, [], Float32Array.of(value))),
    floats(values) {
      const name = `floats/${values.join('_')}`
      return initialize(name, () => floatTensor(name, [values.length], Float32Array.from(values)))
    },
    ints(values) {
      const name = `ints/${values.join('_')}`
      return initialize(name, () => intTensor(name, values))
    },
  }
}

function unusedName(names: Set<string>, wanted: string): string {
  let name = wanted
  for (let count = 2; names.has(name); count++) name = `${wanted}_${count}`
  names.add(name)
  return name
}
