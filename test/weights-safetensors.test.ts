import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { findDuplicateKey } from '../src/weights/duplicate-key.ts'
import { readSafetensors } from '../src/weights/read-safetensors.ts'
import { type NamedTensor, type Safetensors, writeSafetensors } from '../src/weights/safetensors.ts'

const tensor = (name: string, shape: readonly number[], first = 1): NamedTensor => {
  const count = shape.reduce((product, dim) => product * dim, 1)
  return { name, shape, values: Float32Array.from({ length: count }, (_, index) => first + index / 7) }
}

const sample: Safetensors = {
  metadata: { network: 'Net "ä"', graph_hash: 'abc' },
  tensors: [tensor('conv1.kernel', [3, 3, 1, 2]), tensor('conv1.bias', [2], -5), tensor('scalar', [])],
}

/** A file with this header, written by hand. */
function fileOf(header: unknown, dataBytes: number, claimed?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true)
  bytes.set(json, 8)
  return bytes
}

const f32 = (shape: readonly number[], start: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [start, end],
})

function messagesOf(bytes: Uint8Array): readonly string[] {
  const { value, diagnostics } = readSafetensors(bytes, 'w')
  expect(value === undefined).toBe(diagnostics.length > 0)
  expect(diagnostics.every(({ code }) => code === 'WM1001')).toBe(true)
  return diagnostics.map(({ message }) => message)
}

describe('a safetensors file', () => {
  it('comes back as it was written', () => {
    expect(readSafetensors(writeSafetensors(sample), 'w')).toEqual({ value: sample, diagnostics: [] })
  })

  it('has its parts where the format has them', () => {
    const bytes = writeSafetensors(sample)
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect((8 + length) % 8).toBe(0)
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
    expect(header).toEqual({
      __metadata__: sample.metadata,
      'conv1.kernel': f32([3, 3, 1, 2], 0, 72),
      'conv1.bias': f32([2], 72, 80),
      scalar: f32([], 80, 84),
    })
    const view = new DataView(bytes.buffer, 8 + length)
    expect(view.getFloat32(4, true)).toBe(Math.fround(1 + 1 / 7))
    expect(view.getFloat32(72, true)).toBe(-5)
    expect(bytes.length).toBe(8 + length + 84)
  })

  it('can be read from the middle of a buffer, at any alignment', () => {
    const bytes = writeSafetensors(sample)
    const larger = new Uint8Array(bytes.length + 7)
    larger.set(bytes, 3)
    expect(readSafetensors(larger.subarray(3, 3 + bytes.length), 'w').value).toEqual(sample)
    const buffer = Buffer.from(larger.buffer, 3, bytes.length)
    const { value } = readSafetensors(buffer, 'w')
    buffer.fill(0)
    expect(value).toEqual(sample)
  })

  it("may be another program's: no metadata, other order, empty tensors, names of any kind", () => {
    const header = { b: f32([1], 4, 8), __proto: f32([0, 4], 4, 4), '': f32([1, 1], 0, 4) }
    const { value, diagnostics } = readSafetensors(fileOf(`${JSON.stringify(header)}   `, 8), 'w')
    expect(diagnostics).toEqual([])
    expect(value?.metadata).toEqual({})
    expect(value?.tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ['', [1, 1]],
      ['__proto', [0, 4]],
      ['b', [1]],
    ])
  })

  it('keeps a tensor called __proto__ apart from prototypes', () => {
    const file = { metadata: {}, tensors: [tensor('__proto__', [2])] }
    expect(readSafetensors(writeSafetensors(file), 'w').value).toEqual(file)
  })
})

describe('a damaged file is refused', () => {
  const terabytes = 7n * 1024n ** 4n
  test.each<[string, Uint8Array, string]>([
    [
      'empty',
      new Uint8Array(),
      "w: 0 bytes are too few for a safetensors file, which begins with its header's length in 8",
    ],
    [
      'claims terabytes',
      fileOf({}, 4, terabytes),
      'w: claims a header of 7,696,581,394,432 bytes, 6 follow; it is cut off or no safetensors file',
    ],
    [
      'claims all there is',
      fileOf({}, 4, 2n ** 64n - 1n),
      'w: claims a header of 18,446,744,073,709,551,615 bytes, 6 follow; it is cut off or no safetensors file',
    ],
    [
      'one byte short',
      fileOf('{}', 0, 3n),
      'w: claims a header of 3 bytes, 2 follow; it is cut off or no safetensors file',
    ],
    ['no JSON', fileOf('{"a": ', 0), 'w: its header is not JSON'],
    ['no UTF-8', fileOf('{}', 4, 3n), 'w: its header is not JSON'],
    ['a list', fileOf([], 0), 'w: its header is not a JSON object'],
    ['null', fileOf(null, 0), 'w: its header is not a JSON object'],
    [
      'twice',
      fileOf(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        8,
      ),
      "w: its header has 'a' twice",
    ],
    [
      'dtype twice',
      fileOf('{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4),
      "w: its header has 'dtype' twice",
    ],
    ['metadata', fileOf({ __metadata__: { a: 1 } }, 0), 'w: its __metadata__ is not a table of texts'],
    ['no object', fileOf({ a: 5 }, 0), "w: 'a' is not described by an object"],
    ['half', fileOf({ a: { ...f32([2], 0, 4), dtype: 'F16' } }, 4), "w: 'a' holds F16, wanted F32"],
    [
      'untyped',
      fileOf({ a: { shape: [1], data_offsets: [0, 4] } }, 4),
      "w: 'a' holds numbers of no stated type, wanted F32",
    ],
    ['fractional', fileOf({ a: f32([0.5, 2], 0, 4) }, 4), "w: 'a' has no shape of whole numbers"],
    ['negative', fileOf({ a: f32([-1, -1], 0, 4) }, 4), "w: 'a' has no shape of whole numbers"],
    [
      'three offsets',
      fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 8] } }, 4),
      "w: 'a' has no two data_offsets",
    ],
    ['outside', fileOf({ a: f32([2], 0, 8) }, 4), "w: 'a' lies at bytes 0 to 8, the file has 4 bytes of data"],
    ['backwards', fileOf({ a: f32([1], 4, 0) }, 4), "w: 'a' lies at bytes 4 to 0, the file has 4 bytes of data"],
    ['too small', fileOf({ a: f32([2], 0, 4) }, 4), "w: 'a' of 2 takes 8 bytes, its data_offsets leave 4"],
    [
      'overflowing',
      fileOf({ a: f32([2 ** 31, 2 ** 31, 2 ** 31], 0, 0) }, 0),
      "w: 'a' of 2147483648x2147483648x2147483648 takes Infinity bytes, its data_offsets leave 0",
    ],
    ['overlapping', fileOf({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8), "w: 'b' overlaps 'a'"],
    [
      'a hole',
      fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12),
      'w: bytes 4 to 8 of its data belong to no tensor',
    ],
    ['a tail', fileOf({ a: f32([1], 0, 4) }, 6), 'w: bytes 4 to 6 of its data belong to no tensor'],
  ])('%s', (_name, bytes, message) => {
    expect(messagesOf(bytes)).toEqual([message])
  })

  it('tells the first faults of many', () => {
    const header = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`t${index}`, 0]))
    expect(messagesOf(fileOf(header, 0))).toHaveLength(5)
  })

  it("whose header is above the format's limit", () => {
    const bytes = new Uint8Array(100_000_016)
    new DataView(bytes.buffer).setBigUint64(0, 100_000_008n, true)
    expect(messagesOf(bytes)).toEqual(['w: has a header of 100,000,008 bytes, at most 100,000,000 are read'])
  })
})

const files: fc.Arbitrary<Safetensors> = fc.record({
  metadata: fc.dictionary(fc.string(), fc.string()).map((entries) => ({ ...entries })),
  tensors: fc
    .uniqueArray(
      fc.string().filter((name) => name !== '__metadata__'),
      { maxLength: 5 },
    )
    .chain((names) => fc.tuple(...names.map(tensorCalled))),
})

function tensorCalled(name: string): fc.Arbitrary<NamedTensor> {
  return fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }).chain((shape) => {
    const count = shape.reduce((product, dim) => product * dim, 1)
    const values = fc.float32Array({ minLength: count, maxLength: count })
    return values.map((numbers) => ({ name, shape, values: numbers }))
  })
}

describe('whatever is in it', () => {
  it('a written file is read again, bit for bit', () => {
    fc.assert(
      fc.property(files, (file) => {
        const bytes = writeSafetensors(file)
        const { value, diagnostics } = readSafetensors(bytes, 'w')
        expect(diagnostics).toEqual([])
        expect(value).toBeDefined()
        if (value !== undefined) expect(writeSafetensors(value)).toEqual(bytes)
      }),
    )
  })

  it('a changed file is read or refused, and never throws', () => {
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(files, fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(), (file, changes, cut) => {
        const bytes = writeSafetensors(file)
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        messagesOf(cut % 3 === 0 ? bytes.subarray(0, cut % (bytes.length + 1)) : bytes)
      }),
      { numRuns: 500 },
    )
  })

  it('a header of any JSON is read or refused, and never throws', () => {
    const entry = fc.record(
      {
        dtype: fc.oneof(fc.constantFrom('F32', 'F16', 'I64'), fc.jsonValue()),
        shape: fc.oneof(fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 3 }), fc.jsonValue()),
        data_offsets: fc.oneof(fc.tuple(fc.integer({ min: -2, max: 20 }), fc.nat({ max: 20 })), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    const header = fc.oneof(fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue())), fc.jsonValue())
    fc.assert(
      fc.property(header, fc.nat({ max: 24 }), (content, dataBytes) => {
        messagesOf(fileOf(content, dataBytes))
      }),
      { numRuns: 500 },
    )
  })
})

describe('keys given twice', () => {
  it('are found at any depth, and only within one object', () => {
    expect(findDuplicateKey('{"a":{"b":1},"b":[{"a":1},{"a":2,"c":"a\\":"}]}')).toBeUndefined()
    expect(findDuplicateKey('{"a":{"b":1,"b" :2}}')).toBe('b')
    expect(findDuplicateKey('{"a":[{"x":"x","y":1,"\\u0078":2}]}')).toBe('x')
  })

  it('are told apart as JSON tells them apart', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        // JSON.stringify never writes a key twice.
        expect(findDuplicateKey(text)).toBeUndefined()
      }),
    )
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (key, first, second) => {
        const [name, a, b] = [key, first, second].map((value) => JSON.stringify(value))
        expect(findDuplicateKey(`[{${name}:${a},${name}:${b}}]`)).toBe(key)
      }),
    )
  })

  it('are looked for in long texts as well', () => {
    const long = 'x'.repeat(20_000_000)
    expect(findDuplicateKey(`{"${long}":"${long}","b":1,"b":2}`)).toBe('b')
  })
})
