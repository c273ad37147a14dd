import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile } from '../src/compile.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'
import { printGraph } from '../src/graph/print.ts'
import { verifyGraph } from '../src/graph/verify.ts'

const folder = join(import.meta.dirname, 'golden/elaborate')
const files = readdirSync(folder).filter((name) => name.endsWith('.wmnet'))

describe('every program elaborates to the graph on file', () => {
  it.each(files)('%s', async (name) => {
    const program = compile({ path: name, text: readFileSync(join(folder, name), 'utf8') })
    expect(renderDiagnostics(program.diagnostics, program.sources, { color: false })).toBe('')
    for (const { graph } of program.variants) expect(verifyGraph(graph)).toEqual([])
    const text = program.variants.map(
      ({ name: variant, subject, graph }) => `${subject}.${variant} = ${printGraph(graph)}`,
    )
    await expect(text.join('\n')).toMatchFileSnapshot(join(folder, `${name}.txt`))
  })
})

describe('the canonical hash', () => {
  const hashOf = (body: string) => {
    const program = compile(`network N { input 8x8x1\n${body}\n}`)
    expect(program.diagnostics).toEqual([])
    return program.variants[0]?.hash
  }

  it('ignores names, labels and the spelling of arguments', () => {
    const plain = hashOf('conv(4, padding=1); relu; flatten; dense(2)')
    expect(hashOf('block conv(k=3, channels=4, padding=2 - 1) as stem\nflatten\ndense(units=2)')).toBe(plain)
    expect(hashOf('conv(4, padding=0); relu; flatten; dense(2)')).not.toBe(plain)
    expect(hashOf('conv(4, padding=same); relu; flatten; dense(2)')).toBe(plain)
    expect(hashOf('conv(4, k=5, padding=same)')).toBe(hashOf('conv(4, k=5, padding=2)'))
    expect(hashOf('conv(4, bias=false, bias_init=ones)')).toBe(hashOf('conv(4, bias=false)'))
    expect(hashOf('conv(4, bias_init=ones)')).not.toBe(hashOf('conv(4)'))
  })

  it('tells sharing from repeating, and one edge from another', () => {
    const shared = hashOf('conv(4, padding=1) as a; relu; add(a)')
    expect(hashOf('conv(4, padding=1); relu as a; relu; add(a)')).not.toBe(shared)
    const twice = hashOf('parallel(merge=add) { branch { conv(4) }\nbranch { conv(4) } }')
    expect(hashOf('conv(4) as a; add(a)')).not.toBe(twice)
  })

  it('sees the input range and every hyperparameter', () => {
    const hashes = new Set([
      hashOf('conv(4)'),
      hashOf('conv(4, bias=false)'),
      hashOf('conv(4, init=glorot)'),
      hashOf('conv(4, init=glorot(uniform))'),
      hashOf('wm.smooth(4)'),
      hashOf('wm.smooth(4, normalize=true)'),
      compile('network N { input 8x8x1 in [0, 2]\nconv(4)\n}').variants[0]?.hash,
    ])
    expect(hashes.size).toBe(7)
  })
})

describe('a program that imports', () => {
  const files: Record<string, string> = {
    'lib/blocks.wmnet': 'use "deep/base.wmnet"\ndefine pair(c: int) { base(c) x2 }',
    'lib/deep/base.wmnet': 'define base(c: int) { block conv(c, padding=1) }',
  }

  it('finds files from the folder of the importer, and names through them', () => {
    const text = 'use "lib/blocks.wmnet" { pair }\nnetwork N { input 8x8x1\npair(4)\nflatten\ndense(2)\n}'
    const program = compile({ path: 'main.wmnet', text }, { read: (path) => files[path] })
    expect(program.diagnostics).toEqual([])
    expect(program.variants[0]?.graph.nodes.map(({ name }) => name)).toEqual([
      'conv_1',
      'relu_1',
      'conv_2',
      'relu_2',
      'flatten_1',
      'dense_1',
    ])
    expect([...program.sources.keys()].sort()).toEqual(['lib/blocks.wmnet', 'lib/deep/base.wmnet', 'main.wmnet'])
  })

  it('does not re-export what it imports', () => {
    const text = 'use "lib/blocks.wmnet" { base }\nnetwork N { input 8x8x1\nbase(4)\n}'
    const program = compile({ path: 'main.wmnet', text }, { read: (path) => files[path] })
    expect(program.diagnostics.map(({ code }) => code)).toContain('WM0218')
  })
})
