import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { compile } from '../src/compile.ts'
import { createPicture, type Picture, renderDot, renderSvg } from '../src/picture/index.ts'
import {
  boxesOf,
  compileFile,
  diffOf,
  pictureOf,
  pictureOfBody,
  pictures,
  sketch,
  variantOf,
} from './picture-fixtures.ts'

const same = 'padding="same"'

describe('boxes', () => {
  it('hold a layer with its normalisation and activation', () => {
    expect(sketch(pictureOfBody(`block conv(8, ${same}, norm=batchnorm) as stem; conv(4); relu`))).toBe(
      'conv(8, padding=same) batchnorm relu as stem | conv(4) | relu',
    )
  })

  it('show arguments that are not the defaults', () => {
    const picture = pictureOfBody(
      'conv(8, k=3, stride=1, bias=false, init=glorot(uniform)); maxpool(2, stride=2); maxpool(3, 1)',
    )
    expect(sketch(picture)).toBe(
      'conv(8, bias=false, init=glorot(distribution=uniform)) | maxpool | maxpool(size=3, stride=1)',
    )
  })

  it('stand between the input and the output, with what they put out', () => {
    const { items, edges } = pictureOf('network N { input 8x8x1 in [-1, 1]\nflatten\ndense(3)\n}')
    const boxes = boxesOf(items).map(({ role, parts, shape }) => [
      role,
      parts[0]?.layer.after?.call,
      shape.after?.last.join('x'),
    ])
    expect(boxes).toEqual([
      ['input', 'input in [-1, 1]', '8x8x1'],
      ['layer', 'flatten', '64'],
      ['layer', 'dense(3)', '3'],
      ['output', 'output', '3'],
    ])
    expect(edges.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ])
  })

  it('are coloured by what a layer does', () => {
    const body = `conv(8); wm.smooth(8); wm.unsharp(8); depthwise; scale; batchnorm; relu; dropout(0.5); maxpool; flatten; dense(2)`
    expect(boxesOf(pictureOfBody(body).items).map(({ parts }) => parts[0]?.family)).toEqual([
      'terminal',
      ...['convolution', 'weightMap', 'weightMap', 'convolution', 'normalization', 'normalization'],
      ...['elementwise', 'elementwise', 'reshape', 'reshape', 'dense'],
      'terminal',
    ])
  })
})

describe('groups', () => {
  const block = `define pair(c: int) { block conv(c, ${same}); conv(c, ${same}) }`

  it('are the structures and defines of the source, their merges inside', () => {
    expect(sketch(pictureOfBody('residual { pair(8) }; pair(16)', block))).toBe(
      '[residual: [pair: conv(8, padding=same) relu | conv(8, padding=same)] | add] | [pair: conv(16, padding=same) relu | conv(16, padding=same)]',
    )
    expect(
      sketch(
        pictureOfBody('parallel(merge=concat) { branch { conv(4, k=1); relu }\nbranch { tanh }\nbranch { none } }'),
      ),
    ).toBe('[parallel: [branch 1: conv(4, k=1) | relu] | [branch 2: tanh] | concat]')
  })

  it('hold the projection of their shortcut', () => {
    expect(sketch(pictureOfBody('residual { conv(4, stride=2, padding=1) }'))).toBe(
      '[residual: conv(4, stride=2, padding=1) | conv(4, k=1, stride=2) | add]',
    )
  })

  it('end with the define that a block takes as its layer; its activation follows', () => {
    expect(sketch(pictureOfBody('block pair(8, norm=batchnorm, act=tanh)', block))).toBe(
      '[pair: conv(8, padding=same) relu | conv(8, padding=same)] | batchnorm tanh',
    )
  })
})

describe('folding', () => {
  const c = `conv(8, ${same})`
  it.each([
    ['a repeated block', `block ${c} x5`, '5 conv(8, padding=same) relu'],
    ['a repeated structure', `residual { ${c} } x4`, '[4 residual: conv(8, padding=same) | add]'],
    ['growing channels', `densely { ${c} } x16`, '[16 densely: conv(8, padding=same) | concat]'],
    ['a loop with several statements', `for i in [1, 2, 3] { ${c}; relu }`, '[3 repeat: conv(8, padding=same) | relu]'],
    [
      'what happens to repeat',
      `tanh; ${c}; relu; ${c}; relu; ${c}; relu`,
      'tanh | [3 repeat: conv(8, padding=same) | relu]',
    ],
    [
      'repeats within repeats',
      `for i in [1, 2, 3] { block ${c} x2; tanh }`,
      '[3 repeat: 2 conv(8, padding=same) relu | tanh]',
    ],
    [
      'the part of a loop that is equal',
      `for c in [4, 8, 8, 8, 4] { conv(c, k=1) }`,
      'conv(4, k=1) | 3 conv(8, k=1) | conv(4, k=1)',
    ],
    [
      'a repeat whose result is labelled',
      `block ${c} x3 as deep; ${c}; add(deep)`,
      '3 conv(8, padding=same) relu as deep | conv(8, padding=same) | add',
    ],
    [
      'blocks that all take one early result',
      `relu as a; for i in [1, 2, 3] { ${c}; add(a) }`,
      'relu as a | [3 repeat: conv(8, padding=same) | add]',
    ],
    [
      'labels within a loop',
      `for i in [1, 2, 3] { relu as a; ${c}; add(a) }`,
      '[3 repeat: relu as a | conv(8, padding=same) | add]',
    ],
  ])('folds %s', (_, body, expected) => {
    expect(sketch(pictureOfBody(body))).toBe(expected)
  })

  it.each([
    ['other shapes', 'conv(8) x3', 'conv(8) | conv(8) | conv(8)'],
    [
      'other arguments',
      `for d in [1, 2] { conv(8, dilation=d, ${same}) }`,
      'conv(8, padding=same) | conv(8, padding=same, dilation=2)',
    ],
    [
      'an inner result that is taken later',
      `${c} as a; ${c}; ${c}; add(a)`,
      'conv(8, padding=same) as a | 2 conv(8, padding=same) | add',
    ],
    [
      'other wiring',
      `relu as a; tanh as b; ${c}; add(a); ${c}; add(b)`,
      'relu as a | tanh as b | conv(8, padding=same) | add | conv(8, padding=same) | add',
    ],
    [
      'equal branches',
      `parallel(merge=add) { branch { ${c} }\nbranch { ${c} } }`,
      '[parallel: [branch 1: conv(8, padding=same)] | [branch 2: conv(8, padding=same)] | add]',
    ],
  ])('keeps %s apart', (_, body, expected) => {
    expect(sketch(pictureOfBody(body))).toBe(expected)
  })

  it('says how channels grow', () => {
    const { items } = pictureOfBody(`densely { ${c} } x16; conv(4, k=1)`)
    const shapes = boxesOf(items).map(({ shape }) => [shape.after?.first.join('x'), shape.after?.last.join('x')])
    expect(shapes).toEqual([
      ['16x16x8', '16x16x8'],
      ['16x16x8', '16x16x8'],
      ['16x16x16', '16x16x136'],
      ['16x16x4', '16x16x4'],
      ['16x16x4', '16x16x4'],
    ])
  })

  it('leads into the first repetition and out of the last', () => {
    const { edges } = pictureOfBody(`relu as a; residual { ${c} } x4; concat(a)`)
    // 0 input, 1 relu, 2 conv, 3 add, 4 concat, 5 output
    expect(edges.map(({ from, to }) => `${from}-${to}`)).toEqual(['0-1', '1-2', '1-3', '1-4', '2-3', '3-4', '4-5'])
  })

  it('counts every layer of the paper networks', () => {
    for (const file of ['small', 'resnet', 'densenet']) {
      for (const variant of compileFile(`examples/paper/${file}.wmnet`).variants) {
        expect(countParts(createPicture(variant).items)).toBe(variant.graph.nodes.length)
      }
    }
  })
})

function countParts(items: Picture['items']): number {
  return items.reduce((sum, item) => {
    if (item.kind === 'group') return sum + item.count * countParts(item.items)
    return item.role === 'input' || item.role === 'output' ? sum : sum + item.count * item.parts.length
  }, 0)
}

describe('a comparison', () => {
  const network = `network N(layer: layer = conv(k=3), norm: layer = none, first: int = 8, scaled: bool = false) {
  input 16x16x8
  if scaled { scale }
  block layer(first, ${same}, norm=norm)
  residual { block layer(8, ${same}, norm=norm) as inner } x3
  dropout(0.5)
  flatten
  dense(10)
}`

  it.each([
    [
      'a replaced layer',
      'layer = wm.smooth(k=3)',
      '~conv(8, padding=same)>wm.smooth(8, padding=same) relu | [3 residual: ~conv(8, padding=same)>wm.smooth(8, padding=same) relu as inner | add] | dropout(0.5) | flatten | dense(10)',
    ],
    [
      'an added normalisation',
      'norm = batchnorm',
      'conv(8, padding=same) +batchnorm relu | [3 residual: conv(8, padding=same) +batchnorm relu as inner | add] | dropout(0.5) | flatten | dense(10)',
    ],
    [
      'an added layer',
      'scaled = true',
      '+scale | conv(8, padding=same) relu | [3 residual: conv(8, padding=same) relu as inner | add] | dropout(0.5) | flatten | dense(10)',
    ],
    [
      'a removed layer',
      'remove dropout',
      'conv(8, padding=same) relu | [3 residual: conv(8, padding=same) relu as inner | add] | -dropout(0.5) | flatten | dense(10)',
    ],
    [
      'an inserted layer',
      'insert tanh after flatten',
      'conv(8, padding=same) relu | [3 residual: conv(8, padding=same) relu as inner | add] | dropout(0.5) | flatten | +tanh | dense(10)',
    ],
  ])('shows %s', (_, diffs, expected) => {
    expect(sketch(diffOf(network, diffs))).toBe(expected)
  })

  it('marks a group that wraps what was there', () => {
    const define = `define twice(layer: layer) { layer; tanh }`
    expect(sketch(diffOf(`${define}\n${network}`, 'wrap flatten in twice'))).toContain('| [+twice: flatten | +tanh] |')
  })

  it('aligns by calls what stands at other sites', () => {
    const defines = `define a(c: int) { block conv(c, k=1); conv(c, ${same}); relu }
define b(c: int) { block conv(c, k=1); conv(c, ${same}, bias=false); conv(c, ${same}); relu }`
    const other = 'network N(cell: layer = a) { input 16x16x8\ncell(8) x2\nflatten\ndense(2)\n}'
    expect(sketch(diffOf(`${defines}\n${other}`, 'cell = b'))).toBe(
      '[~2 a>b: conv(8, k=1) relu | +conv(8, padding=same, bias=false) | conv(8, padding=same) | relu] | flatten | dense(2)',
    )
  })

  it('tells another shape from another layer', () => {
    const picture = diffOf(network, 'first = 4')
    const [, conv] = boxesOf(picture.items)
    expect(conv?.status).toBe('changed')
    expect(conv?.shape).toEqual({
      before: { first: [16, 16, 8], last: [16, 16, 8] },
      after: { first: [16, 16, 4], last: [16, 16, 4] },
    })
    // The residual's shortcut is now projected; the relu after the changed conv is the same call on another shape.
    expect(picture.differences).toEqual({ changed: 1, reshaped: 1, added: 1, removed: 0 })
  })

  it('leaves out the way around what is added or removed, unless other ways would look like all', () => {
    const drawn = (picture: Picture) =>
      picture.edges.map(({ from, to, status, implied }) => `${from}-${to} ${implied ? 'implied ' : ''}${status}`)
    const added = drawn(diffOf('network N { input 16x16x8\nrelu\nflatten\n}', 'insert tanh after relu'))
    expect(added).toEqual(['0-1 same', '1-2 added', '1-3 implied removed', '2-3 added', '3-4 same'])
    const gate = 'define gate(layer: layer) { parallel(merge=add) { branch { layer }\nbranch { sigmoid } } }'
    const wrapped = drawn(
      diffOf(`${gate}\nnetwork N { input 16x16x8\nrelu\ndropout(0.5)\ntanh\n}`, 'remove dropout; wrap tanh in gate'),
    )
    expect(wrapped).toContain('1-3 added')
  })

  it('has nothing to mark in equal networks', () => {
    const program = compile(`${network}\nablation A of N { variant base { }; variant other { norm = batchnorm } }`)
    const base = variantOf(program, 'base')
    const { items, edges, differences } = createPicture(base, base)
    expect(new Set([...boxesOf(items), ...edges].map(({ status }) => status))).toEqual(new Set(['same']))
    expect(differences).toEqual({ changed: 0, reshaped: 0, added: 0, removed: 0 })
  })
})

/** What is drawn in the golden files, and looked at. */
const gallery: readonly (readonly [name: string, picture: () => Picture])[] = [
  ['small', () => createPicture(variantOf(compileFile('examples/paper/small.wmnet'), 'cnn_bn'))],
  ['resnet', () => createPicture(variantOf(compileFile('examples/paper/resnet.wmnet'), 'conv'))],
  ['densenet', () => createPicture(variantOf(compileFile('examples/paper/densenet.wmnet'), 'conv'))],
  ['branches', () => pictureOf(readFileSync(join(pictures, 'branches.wmnet'), 'utf8'))],
  ['skips', () => pictureOf(readFileSync(join(pictures, 'skips.wmnet'), 'utf8'))],
  ['diff-small', () => compareIn('examples/paper/small.wmnet', 'cnn', 'smooth_bn')],
  ['diff-densenet', () => compareIn('examples/paper/densenet.wmnet', 'conv', 'alternating')],
  ['diff-structure', () => compareIn('test/golden/picture/structure.wmnet', 'base', 'edited')],
  ['diff-cells', () => compareIn('test/golden/picture/structure.wmnet', 'base', 'other_cell')],
]

function compareIn(path: string, before: string, after: string): Picture {
  const program = compileFile(path)
  return createPicture(variantOf(program, after), variantOf(program, before))
}

describe('the gallery', () => {
  test.each(gallery)('%s', async (name, draw) => {
    const picture = draw()
    await expect(renderSvg(picture)).toMatchFileSnapshot(join(pictures, `${name}.svg`))
    await expect(renderDot(picture)).toMatchFileSnapshot(join(pictures, `${name}.dot`))
    await expect(`${JSON.stringify(picture, null, 2)}\n`).toMatchFileSnapshot(join(pictures, `${name}.json`))
  })
})
