import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile } from '../src/compile.ts'
import type { Graph } from '../src/graph/graph.ts'
import { hashGraph } from '../src/graph/hash.ts'
import { weightNames } from '../src/weights/names.ts'
import { readSafetensors } from '../src/weights/read-safetensors.ts'
import { writeSafetensors } from '../src/weights/safetensors.ts'
import { decodeWeights, encodeWeights, type Weights } from '../src/weights/weights.ts'

function graphOf(text: string, variant?: string): Graph {
  const program = compile(text)
  const found = variant === undefined ? program.variants[0] : program.variant(variant)
  if (found === undefined) throw new Error(program.diagnostics.map(({ message }) => message).join('\n'))
  return found.graph
}

function makeWeights(graph: Graph): Weights {
  return new Map(
    weightNames(graph).map(({ name, shape }, at) => {
      const length = shape.reduce((product, dim) => product * dim, 1)
      return [name, Float32Array.from({ length }, (_, index) => Math.sin(at + index))]
    }),
  )
}

const net = (body: string, name = 'Net') => `network ${name} {\n  input 8x8x1\n  ${body}\n  flatten\n  dense(3)\n}`
const small = graphOf(net('block conv(4)\n  block conv(6)'))

/** What loading the weights of one graph into another says. */
function mismatch(of: Graph, into: Graph): readonly string[] {
  const { value, diagnostics } = decodeWeights(encodeWeights(of, makeWeights(of)), into, 'w.safetensors')
  expect(value).toBeUndefined()
  expect(diagnostics.every(({ code }) => code === 'WM1002')).toBe(true)
  return diagnostics.flatMap(({ message, hints }) => [message, ...hints.map((hint) => `hint: ${hint}`)])
}

describe('weights of a graph', () => {
  it('come back bit for bit', () => {
    const weights = makeWeights(small)
    expect(decodeWeights(encodeWeights(small, weights), small, 'w')).toEqual({ value: weights, diagnostics: [] })
  })

  it('come back for every variant of the paper', () => {
    const path = 'examples/paper/densenet.wmnet'
    for (const { graph } of compile({ path, text: readFileSync(path, 'utf8') }).variants) {
      const weights = makeWeights(graph)
      const { value = new Map() } = decodeWeights(encodeWeights(graph, weights), graph, 'w')
      expect([...value.keys()]).toEqual([...weights.keys()])
      // Numbers one by one would take vitest minutes.
      for (const [name, values] of weights) expect(Buffer.from(values).equals(Buffer.from(value.get(name)))).toBe(true)
    }
  })

  it('say in their file which network they are of', () => {
    const { value } = readSafetensors(encodeWeights(small, makeWeights(small)), 'w')
    expect(value?.metadata).toEqual({
      format: 'wmnet.weights/1',
      wmnet: '0.1.0',
      network: 'Net',
      graph_hash: hashGraph(small),
    })
    expect(value?.tensors.map(({ name }) => name)).toEqual(weightNames(small).map(({ name }) => name))
  })

  it('must be complete to be written', () => {
    expect(() => encodeWeights(small, new Map())).toThrow('no values for the weight conv1.kernel')
  })

  it('may come from another program, in any order', () => {
    const { value } = readSafetensors(encodeWeights(small, makeWeights(small)), 'w')
    const bytes = writeSafetensors({ metadata: {}, tensors: [...(value?.tensors ?? [])].reverse() })
    expect(decodeWeights(bytes, small, 'w').value).toEqual(new Map([...makeWeights(small)].reverse()))
  })
})

describe('weights of another network', () => {
  it('are refused with all that does not match', () => {
    const other = graphOf(net('block wm.smooth(4) as a; block conv(4)', 'Other'))
    const [hash, missing, unexpected, shapes, ...rest] = mismatch(other, small)
    expect(rest).toEqual([])
    const brief = (graph: Graph) => hashGraph(graph).slice(0, 8)
    expect(hash).toBe(
      `w.safetensors: is of Other with the graph ${brief(other)}, wanted Net with the graph ${brief(small)}`,
    )
    expect(missing).toMatchInlineSnapshot(`"w.safetensors: lacks conv1.kernel 3x3x1x4, conv1.bias 4"`)
    expect(unexpected).toMatchInlineSnapshot(
      `"w.safetensors: has wm_smooth1.kernel 8x8x1x4, wm_smooth1.bias 6x6x4, which Net does not"`,
    )
    expect(shapes).toMatchInlineSnapshot(
      `"w.safetensors: conv2.kernel is 3x3x4x4, wanted 3x3x4x6; conv2.bias is 4, wanted 6; dense4.kernel is 64x3, wanted 96x3"`,
    )
  })

  it('are refused for their shapes alone', () => {
    expect(mismatch(graphOf(net('block conv(5)\n  block conv(6)')), small).slice(1)).toMatchInlineSnapshot(`
      [
        "w.safetensors: conv1.kernel is 3x3x1x5, wanted 3x3x1x4; conv1.bias is 5, wanted 4; conv2.kernel is 3x3x5x6, wanted 3x3x4x6",
      ]
    `)
  })

  it('are refused where only the graph differs: an activation has no weights', () => {
    expect(mismatch(graphOf(net('block conv(4, act=gelu)\n  block conv(6)')), small)).toHaveLength(1)
  })

  it('are refused in another writing of the same network, which is said', () => {
    const [repeated, written] = ['block conv(4) x2', 'block conv(4)\n  block conv(4)'].map((body) => graphOf(net(body)))
    if (repeated === undefined || written === undefined) throw new Error('two graphs')
    expect(hashGraph(written)).toBe(hashGraph(repeated))
    expect(mismatch(written, repeated)).toMatchInlineSnapshot(`
      [
        "w.safetensors: lacks conv1.1.kernel 3x3x1x4, conv1.1.bias 4, conv1.2.kernel 3x3x4x4, conv1.2.bias 4, dense3.kernel 64x3, dense3.bias 3",
        "hint: the graphs agree: it is the same network written in other statements, and weights are named after statements",
        "w.safetensors: has conv1.kernel 3x3x1x4, conv1.bias 4, conv2.kernel 3x3x4x4, conv2.bias 4, dense4.kernel 64x3, dense4.bias 3, which Net does not",
      ]
    `)
  })
})
