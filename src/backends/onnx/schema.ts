/**
 * The messages of ONNX that wmnet writes, as onnx.proto (IR version 8, proto2) numbers their fields; fields that it never
 * sets are left out. Types of messages and their bytes both follow from these tables.
 */
export interface Scalars {
  readonly int64: number
  readonly int32: number
  readonly float: number
  readonly string: string
  readonly bytes: Uint8Array
}
export type Scalar = keyof Scalars

export interface Field<T extends Scalar | Schema = Scalar | Schema, Many extends boolean = boolean> {
  readonly number: number
  readonly type: T
  readonly many: Many
}
export interface Schema {
  readonly [field: string]: Field
}

type ValueOf<T> = T extends Scalar ? Scalars[T] : T extends Schema ? Message<T> : never

/** A message of a schema. In proto2 every field may be absent. */
export type Message<S extends Schema> = {
  readonly [F in keyof S]?: S[F]['many'] extends true ? readonly ValueOf<S[F]['type']>[] : ValueOf<S[F]['type']>
}

function one<T extends Scalar | Schema>(number: number, type: T): Field<T, false> {
  return { number, type, many: false }
}

function many<T extends Scalar | Schema>(number: number, type: T): Field<T, true> {
  return { number, type, many: true }
}

export const tensorSchema = {
  dims: many(1, 'int64'),
  data_type: one(2, 'int32'),
  name: one(8, 'string'),
  /** Elements row by row, little-endian. */
  raw_data: one(9, 'bytes'),
} satisfies Schema

export const attributeSchema = {
  name: one(1, 'string'),
  f: one(2, 'float'),
  i: one(3, 'int64'),
  s: one(4, 'bytes'),
  ints: many(8, 'int64'),
  type: one(20, 'int32'),
} satisfies Schema

export const nodeSchema = {
  input: many(1, 'string'),
  output: many(2, 'string'),
  name: one(3, 'string'),
  op_type: one(4, 'string'),
  attribute: many(5, attributeSchema),
  doc_string: one(6, 'string'),
} satisfies Schema

const dimensionSchema = { dim_value: one(1, 'int64'), dim_param: one(2, 'string') } satisfies Schema
const shapeSchema = { dim: many(1, dimensionSchema) } satisfies Schema
const tensorTypeSchema = { elem_type: one(1, 'int32'), shape: one(2, shapeSchema) } satisfies Schema
const typeSchema = { tensor_type: one(1, tensorTypeSchema) } satisfies Schema

export const valueInfoSchema = {
  name: one(1, 'string'),
  type: one(2, typeSchema),
  doc_string: one(3, 'string'),
} satisfies Schema

export const graphSchema = {
  node: many(1, nodeSchema),
  name: one(2, 'string'),
  initializer: many(5, tensorSchema),
  doc_string: one(10, 'string'),
  input: many(11, valueInfoSchema),
  output: many(12, valueInfoSchema),
  value_info: many(13, valueInfoSchema),
} satisfies Schema

const operatorSetSchema = { domain: one(1, 'string'), version: one(2, 'int64') } satisfies Schema
const entrySchema = { key: one(1, 'string'), value: one(2, 'string') } satisfies Schema

export const modelSchema = {
  ir_version: one(1, 'int64'),
  producer_name: one(2, 'string'),
  producer_version: one(3, 'string'),
  doc_string: one(6, 'string'),
  graph: one(7, graphSchema),
  opset_import: many(8, operatorSetSchema),
  metadata_props: many(14, entrySchema),
} satisfies Schema

/** TensorProto.DataType */
export const dataTypes = { float: 1, int64: 7 } as const
/** AttributeProto.AttributeType */
export const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const
