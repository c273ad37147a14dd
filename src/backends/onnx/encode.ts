import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Field, Message, Scalar, Scalars, Schema } from './schema.ts'

/** The message in protobuf's wire format: fields in the schema's order, repeated ones unpacked, as proto2 has them. */
export function encode<S extends Schema>(schema: S, message: Message<S>): Uint8Array {
  const writer = new BinaryWriter()
  writeMessage(writer, schema, message)
  return writer.finish()
}

function writeMessage(writer: BinaryWriter, schema: Schema, message: Readonly<Record<string, unknown>>): void {
  for (const [name, field] of Object.entries(schema)) {
    const content = message[name]
    if (content === undefined) continue
    for (const value of field.many ? (content as readonly unknown[]) : [content]) writeField(writer, field, value)
  }
}

/** `value` is of the field's type: `Message` asks that of every caller of `encode`. */
function writeField(writer: BinaryWriter, { number, type }: Field, value: unknown): void {
  if (typeof type === 'string') {
    const { wire, write } = scalars[type]
    write(writer.tag(number, wire), value as never)
    return
  }
  writer.tag(number, WireType.LengthDelimited).fork()
  writeMessage(writer, type, value as Readonly<Record<string, unknown>>)
  writer.join()
}

interface ScalarCodec<T> {
  readonly wire: WireType
  write(writer: BinaryWriter, value: T): void
}

const scalars: { readonly [S in Scalar]: ScalarCodec<Scalars[S]> } = {
  int64: { wire: WireType.Varint, write: (writer, value) => void writer.int64(value) },
  int32: { wire: WireType.Varint, write: (writer, value) => void writer.int32(value) },
  float: { wire: WireType.Bit32, write: (writer, value) => void writer.float(value) },
  string: { wire: WireType.LengthDelimited, write: (writer, value) => void writer.string(value) },
  bytes: { wire: WireType.LengthDelimited, write: (writer, value) => void writer.bytes(value) },
}
