import type { Shape } from '../../graph/graph.ts'
import {
  type attributeSchema,
  attributeTypes,
  dataTypes,
  type Message,
  type nodeSchema,
  type tensorSchema,
  type valueInfoSchema,
} from './schema.ts'

export type NodeMessage = Message<typeof nodeSchema>
export type TensorMessage = Message<typeof tensorSchema>
type AttributeMessage = Message<typeof attributeSchema>
type InfoMessage = Message<typeof valueInfoSchema>

/** ONNX tells whole numbers from others by type, so a float is marked as one. */
export type Attribute = number | string | readonly number[] | { readonly float: number }
export type Attributes = Readonly<Record<string, Attribute>>

interface NodeParts {
  readonly name: string
  readonly operator: string
  readonly inputs: readonly string[]
  readonly attributes: Attributes
  readonly doc: string
}

/** A node with one output, called like the node. */
export function nodeMessage({ name, operator, inputs, attributes, doc }: NodeParts): NodeMessage {
  const attribute = Object.entries(attributes).map(([key, value]) => attributeMessage(key, value))
  return { input: inputs, output: [name], name, op_type: operator, attribute, doc_string: doc }
}

function attributeMessage(name: string, value: Attribute): AttributeMessage {
  if (typeof value === 'number') return { name, i: value, type: attributeTypes.int }
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: attributeTypes.string }
  if ('float' in value) return { name, f: value.float, type: attributeTypes.float }
  return { name, ints: value, type: attributeTypes.ints }
}

/**
 * Float32 values, row by row. Their bytes are shared, not copied. (JavaScript's own order of bytes is taken for little-endian, as
 * on every machine that Node runs on but s390x.)
 */
export function floatTensor(name: string, shape: Shape, values: Float32Array): TensorMessage {
  const raw_data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return { name, dims: shape, data_type: dataTypes.float, raw_data }
}

export function intTensor(name: string, values: readonly number[]): TensorMessage {
  const raw_data = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
  return { name, dims: [values.length], data_type: dataTypes.int64, raw_data }
}

/** A float32 tensor's name and shape; `N` is the batch. */
export interface Info {
  readonly name: string
  readonly shape: readonly (number | 'N')[]
  readonly doc?: string
}

export function infoMessage({ name, shape, doc }: Info): InfoMessage {
  const dim = shape.map((size) => (size === 'N' ? { dim_param: size } : { dim_value: size }))
  const type = { tensor_type: { elem_type: dataTypes.float, shape: { dim } } }
  return { name, type, ...(doc === undefined ? {} : { doc_string: doc }) }
}
