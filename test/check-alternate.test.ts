import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../src/compile.ts'
import { pickAlternative } from '../src/evaluate/alternate.ts'
import { bindNothing } from '../src/evaluate/bind.ts'
import { type CallValue, parametersOf } from '../src/evaluate/value.ts'
import { layers } from '../src/layers/index.ts'

/** The names of the layers that a body gives, in order. */
function layersOf(body: string, before = ''): readonly string[] {
  const program = compile(`${before}\nnetwork N { input 8x8x1\n${body}\n}`)
  expect(program.diagnostics).toEqual([])
  return program.variants[0]?.graph.nodes.map(({ call }) => call.name) ?? []
}

describe('alternate', () => {
  it('takes its layers in turn, over repeats, loops and statements', () => {
    expect(layersOf('let either = alternate(relu, gelu, elu)\neither x4\nfor _i in 1..2 { either }\neither')).toEqual(
      'relu gelu elu relu gelu elu relu'.split(' '),
    )
  })

  it('counts each alternate of the source for itself', () => {
    const body = 'let a = alternate(relu, gelu)\nlet b = alternate(relu, gelu)\na; b; a; b'
    expect(layersOf(body)).toEqual(['relu', 'relu', 'gelu', 'gelu'])
  })

  it('counts one alternate once, however often its place is evaluated', () => {
    expect(layersOf('for _i in 1..3 { let own = alternate(relu, gelu); own }')).toEqual(['relu', 'gelu', 'relu'])
    expect(layersOf('cell; cell; cell', 'define cell(act: layer = alternate(relu, gelu)) { act }')).toEqual([
      'relu',
      'gelu',
      'relu',
    ])
  })

  it('takes an inner alternate in turn, which counts its own uses', () => {
    const body = 'let each = alternate(alternate(relu, gelu), elu)\neach x6'
    expect(layersOf(body)).toEqual(['relu', 'elu', 'gelu', 'elu', 'relu', 'elu'])
  })

  it('works for the norm and the activation of a block', () => {
    const body = 'block conv(1, k=1, norm=alternate(none, batchnorm), act=alternate(relu, none, gelu)) x3'
    expect(layersOf(body)).toEqual(['conv', 'relu', 'conv', 'batchnorm', 'conv', 'gelu'])
  })

  it('is passed to a define as one layer, and used where the define uses it', () => {
    const define = 'define twice(inner: layer) { inner(2); inner(3) }'
    expect(layersOf('twice(alternate(conv(k=1), wm.unsharp(k=1)))', define)).toEqual(['conv', 'wm.unsharp'])
  })

  it('gives arguments to every one of its layers', () => {
    const program = compile(
      'network N(layer: layer = alternate(conv(k=1), wm.unsharp(k=3))) { input 8x8x1\nlet four = layer(4)\nfour x2\n}',
    )
    expect(program.diagnostics).toEqual([])
    expect(program.variants[0]?.graph.nodes.map(({ call }) => [call.name, call.args.channels, call.args.k])).toEqual([
      ['conv', 4, 1],
      ['wm.unsharp', 4, 3],
    ])
  })

  it('is equal to another of the same layers, and to nothing else', () => {
    const choose = (condition: string) => layersOf(`if ${condition} { relu } else { gelu }`)
    expect(choose('alternate(conv(k=3), relu) == alternate(conv(k=3), relu)')).toEqual(['relu'])
    expect(choose('alternate(conv(k=3), relu) == alternate(conv(k=5), relu)')).toEqual(['gelu'])
    expect(choose('alternate(relu, gelu, relu) == alternate(relu, gelu)')).toEqual(['gelu'])
    expect(choose('relu == alternate(relu, relu)')).toEqual(['gelu'])
  })

  it('is a name that a define of the file may take', () => {
    const program = compile('define alternate(n: int) { conv(n) }\nnetwork N { input 8x8x1\nalternate(3)\n}')
    expect(program.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([['WM0223', 'warning']])
    expect(program.variants[0]?.graph.nodes.map(({ call }) => call.name)).toEqual(['conv'])
  })

  it('stays what it is where a layer is not known yet', () => {
    const text =
      'network N(layer: layer = conv(k=1)) { input 8x8x1\nlet both = alternate(layer, relu)\nlayer(2)\nboth\n}'
    const program = compile(text)
    // The static check cannot know what `layer` needs; the elaboration does.
    expect(program.diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['WM0208', 'conv needs `channels`'],
    ])
  })

  it('has the parameters that all its layers have', () => {
    const bare = (name: string): CallValue => {
      const construct = layers.get(name)
      if (construct === undefined) throw new Error(name)
      return bindNothing({ kind: 'construct', construct }, { file: '', start: 0, end: 0 })
    }
    const names = parametersOf({ kind: 'alternate', options: [bare('conv'), bare('wm.unsharp')], key: '' })
    expect(names.map(({ name }) => name)).toEqual(['channels', 'k', 'stride', 'bias', 'init', 'bias_init'])
  })
})

type Tree = string | readonly Tree[]

function print(tree: Tree): string {
  return typeof tree === 'string' ? tree : `alternate(${tree.map(print).join(', ')})`
}

/** The n-th use, from 0, said in another way: of k layers, the i-th gets every k-th use. */
function nthUse(tree: Tree, n: number): string {
  if (typeof tree === 'string') return tree
  return nthUse(tree[n % tree.length] ?? '', Math.floor(n / tree.length))
}

it('any nest of alternates gives its layers in the order that counting gives', () => {
  const leaf = fc.constantFrom('relu', 'gelu', 'elu', 'selu', 'tanh')
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('tree'), { minLength: 2, maxLength: 4 })),
  }))
  fc.assert(
    fc.property(tree, fc.integer({ min: 1, max: 40 }), (nest, uses) => {
      const wanted = Array.from({ length: uses }, (_, n) => nthUse(nest, n))
      expect(layersOf(`let each = ${print(nest)}\neach x${uses}`)).toEqual(wanted)
    }),
    { numRuns: 100 },
  )
})

it('picking changes nothing but the counters', () => {
  const construct = layers.get('relu')
  if (construct === undefined) throw new Error('no relu')
  const span = { file: 'a', start: 0, end: 1 }
  const relu = bindNothing({ kind: 'construct', construct }, span)
  const counters = new Map<string, number>()
  expect(pickAlternative(relu, counters)).toBe(relu)
  expect(counters.size).toBe(0)
  const both: CallValue = { ...relu, target: { kind: 'alternate', options: [relu, { ...relu }], key: 'a:0' } }
  expect(pickAlternative(both, counters)).toBe(relu)
  expect(pickAlternative(both, counters)).not.toBe(relu)
  expect(counters.get('a:0')).toBe(2)
})
