import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveNames } from '../src/check/file-names.ts'
import { compile, type Program } from '../src/compile.ts'
import { parse } from '../src/syntax/parse.ts'

function compileWith(text: string, files: Readonly<Record<string, string>> = {}): Program {
  return compile({ path: 'main.wmnet', text }, { read: (path) => files[path] })
}

/** Code and the source that it points at. */
function found(program: Program): readonly string[] {
  return program.diagnostics.map(({ code, span }) => {
    const text = span === undefined ? '' : (program.sources.get(span.file) ?? '').slice(span.start, span.end)
    return `${code} ${text}`
  })
}

const inNetwork = (body: string, parameters = '') => `network N(${parameters}) { input 4x4x1\nflatten\n${body}\nrelu\n}`

describe('unused names', () => {
  it.each([
    ['a parameter', inNetwork('', 'k: int = 3'), ['WM0224 k']],
    ['a let', inNetwork('let a = 1'), ['WM0224 a']],
    ['a let of an inner body', inNetwork('if 1 < 2 { let a = 1; gelu }'), ['WM0224 a']],
    ['a parameter of a define', `define d(k: int = 3) { relu }\n${inNetwork('d')}`, ['WM0224 k']],
    ['only what nothing reads', inNetwork('let a = 1\nlet b = a'), ['WM0224 b']],
    [
      'a let that hides what its own value reads',
      inNetwork('if a > 0 { let a = a; gelu }', 'a: int = 1'),
      ['WM0223 a', 'WM0224 a'],
    ],
    ['a name with an underscore in front is meant', inNetwork('let _a = 1', '_k: int = 3'), []],
    ['a loop variable repeats', inNetwork('for i in 1..3 { gelu }'), []],
    ['a label may be for measures', inNetwork('gelu as middle'), []],
    ['a define may be for importers', `define d { relu }\n${inNetwork('gelu')}`, []],
    ['a default uses a parameter', inNetwork('dense(b)', 'a: int = 3, b: int = a'), []],
    ['a message uses a name', inNetwork('let a = 1\nrequire 1 < 2, "found { a }"'), []],
    [
      'repeats, conditions, indices and loops use names',
      inNetwork(
        'let n = 2\nlet c = true\nlet w = [3, 4]\nlet i = 1\nif c { dense(w[i]) x(n) }\nfor v in w[i..i] { dense(v) }',
      ),
      [],
    ],
    [
      'so do structures',
      inNetwork('let n = 2\nlet p = "auto"\nresidual(project=p) { gelu } x(n)\ndensely { gelu } x(n)'),
      [],
    ],
  ])('%s', (_, text, wanted) => {
    expect(found(compileWith(text))).toEqual(wanted)
  })

  it('does not take the setting of a parameter for a use', () => {
    const text = `${inNetwork('dense(w)', 'k: int = 3, w: int = 2')}\nablation A of N { variant a { k = 5 }\nvariant b { w = 3; k = 7 } }`
    const program = compileWith(text)
    expect(found(program)).toEqual(['WM0224 k'])
    expect(program.ok).toBe(true)
    expect(program.variants).toHaveLength(2)
  })

  it('is silent where a mistake may be the reason', () => {
    const wrong = inNetwork('dense(widht)', 'width: int = 3')
    expect(found(compileWith(wrong))).toEqual(['WM0201 widht'])
    const both = `${wrong}\nnetwork Other(k: int = 1) { input 8x8x1\nrelu\n}`
    expect(found(compileWith(both))).toEqual(['WM0201 widht', 'WM0224 k'])
  })
})

describe('unused imports', () => {
  const files = {
    'blocks.wmnet': 'define a { relu }\ndefine b(k: int = 1) { relu }\nnetwork Net { input 8x8x1\nrelu\n}',
  }

  it.each([
    ['each name in braces', 'use "blocks.wmnet" { a, b }\nnetwork N { input 8x8x1\nb\n}', ['WM0224 a']],
    ['a file without braces', 'use "blocks.wmnet"\nnetwork N { input 8x8x1\nrelu\n}', ['WM0224 "blocks.wmnet"']],
    ['one used name is enough', 'use "blocks.wmnet"\nnetwork N { input 8x8x1\na\n}', []],
    ['an ablation uses its network', 'use "blocks.wmnet" { Net }\nablation A of Net { variant v { } }', []],
    [
      'a hidden name is not used',
      'use "blocks.wmnet" { a }\nnetwork N(a: layer = relu) { input 8x8x1\na\n}',
      ['WM0224 a', 'WM0223 a'],
    ],
    ['a define does, in its signature', 'use "blocks.wmnet" { a }\ndefine n(i: layer = a) { i }', []],
    ['a default of the file does', 'use "blocks.wmnet" { a }\ndefault act = a', []],
    ['not in a file with errors', 'use "blocks.wmnet" { a }\nnetwork N { input 8x8x1\nb\n}', ['WM0201 b']],
  ])('%s', (_, text, wanted) => {
    expect(found(compileWith(text, files))).toEqual(wanted)
  })

  it.each([
    'variant x { layer = used }',
    'variant x { widths[used] = 3 }',
    'variant x { widths[used..1] = [3] }',
    'variant x { widths[0..used] = [3] }',
    'variant x { replace conv with used }',
    'variant x { replace used with conv }',
    'variant x { replace conv in used with relu }',
    'variant x { replace conv where used > 1 with relu }',
    'variant x { remove conv expect used }',
    'variant x { insert used after conv }',
    'variant x { insert relu before used }',
    'variant x { wrap conv in used }',
    'variant x { match params of base by widths[used] }',
    'variant x { match params of base by widths within used }',
    'grid { layer in [conv, used] }',
    'zip { layer in [conv, used] }',
    'exclude { layer = used }',
  ])('%s uses a name of the file', (member) => {
    // Most of these are wrong programs: which names they take from the file is found without checking them.
    const { value, diagnostics } = parse('main.wmnet', `ablation A of Net { variant base { }\n${member}\n}`)
    expect(diagnostics).toEqual([])
    const names = value.declarations.flatMap((declaration) => resolveNames(declaration).free.map(({ text }) => text))
    expect(names.filter((name) => name === 'used')).toHaveLength(1)
    expect(names).not.toContain('widths')
  })
})

describe('what is hidden', () => {
  it.each([
    ['a built-in layer, by a parameter', inNetwork('dense(scale)', 'scale: int = 2'), ['WM0223 scale']],
    ['a function, by a let', inNetwork('let len = 2\ndense(len)'), ['WM0223 len']],
    ['alternate, by a loop variable', inNetwork('for alternate in [2] { dense(alternate) }'), ['WM0223 alternate']],
    ['a parameter, by a loop variable', inNetwork('dense(c)\nfor c in [2] { dense(c) }', 'c: int = 2'), ['WM0223 c']],
    [
      'a let, by a let of an inner body',
      inNetwork('let a = 1\ndense(a)\nif a > 0 { let a = 2; dense(a) }'),
      ['WM0223 a'],
    ],
    ['a network, by a parameter', inNetwork('dense(N)', 'N: int = 2'), ['WM0223 N']],
    ['not by bodies beside each other', inNetwork('for c in [2] { dense(c) }\nfor c in [3] { dense(c) }'), []],
    ['not by a name that comes later', inNetwork('if 1 < 2 { let a = 2; dense(a) }\nlet a = 1\ndense(a)'), []],
    ['not by the argument or label of that name', inNetwork('dense(units=2) as dense'), []],
    ['an optimizer, only where there are protocols', 'define adam { relu }', []],
  ])('%s', (_, text, wanted) => {
    expect(found(compileWith(text))).toEqual(wanted)
  })
})

/** A body of `let`s and layers, each expression a sum of earlier names in view; every name is new, so that none hides another. */
type Item =
  | { readonly kind: 'let' | 'layer'; readonly reads: readonly number[] }
  | { readonly kind: 'if' | 'for'; readonly reads: readonly number[]; readonly body: readonly Item[] }

function printBody(items: readonly Item[], inView: readonly string[], fresh: () => string): readonly string[] {
  const names = [...inView]
  return items.flatMap((item) => {
    const value = ['1', ...item.reads.flatMap((n) => names.slice(n % Math.max(1, names.length)).slice(0, 1))].join(
      ' + ',
    )
    if ('body' in item) {
      const head = item.kind === 'if' ? `if ${value} > 0 {` : `for _each in [${value}] {`
      return [head, ...printBody(item.body, names, fresh), '}']
    }
    if (item.kind === 'layer') return [`dense(${value})`]
    names.push(fresh())
    return [`let ${names.at(-1)} = ${value}`]
  })
}

it('a let may be deleted exactly where it is called unused', () => {
  const reads = fc.array(fc.nat({ max: 20 }), { maxLength: 2 })
  const plain = fc.record({ kind: fc.constantFrom('let' as const, 'layer' as const), reads })
  const { body } = fc.letrec<{ item: Item; body: readonly Item[] }>((tie) => {
    const nested = fc.record({ kind: fc.constantFrom('if' as const, 'for' as const), reads, body: tie('body') })
    return {
      item: fc.oneof({ maxDepth: 3 }, { arbitrary: plain, weight: 4 }, { arbitrary: nested, weight: 1 }),
      body: fc.array(tie('item'), { maxLength: 5 }),
    }
  })
  const programOf = (lines: readonly string[]) => compile(inNetwork(lines.join('\n')))
  let [kept, dropped] = [0, 0]
  fc.assert(
    fc.property(body, (items) => {
      let count = 0
      const lines = printBody(items, [], () => `v${count++}`)
      const program = programOf(lines)
      expect(program.ok).toBe(true)
      const unused = new Set(found(program))
      lines.forEach((line, index) => {
        const name = /^let (\w+)/.exec(line)?.[1]
        if (name === undefined) return
        const without = programOf(lines.filter((_, other) => other !== index))
        if (unused.has(`WM0224 ${name}`)) dropped++
        else kept++
        expect(without.ok).toBe(unused.has(`WM0224 ${name}`))
        if (without.ok) expect(without.variants[0]?.hash).toBe(program.variants[0]?.hash)
      })
    }),
    { numRuns: 100 },
  )
  expect(Math.min(kept, dropped)).toBeGreaterThan(10)
})

it('warns of the file that is checked, not of those that it imports', () => {
  const files = { 'lib.wmnet': 'define conv(unused: int = 1) { relu }\ndefine cell(k: int = 1) { relu }' }
  expect(found(compileWith('use "lib.wmnet" { cell }\nnetwork N { input 8x8x1\ncell\n}', files))).toEqual([])
})

it('has nothing to say of the examples and protocols that come with wmnet', () => {
  const root = join(import.meta.dirname, '..')
  const shipped = ['examples', 'specs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => join(root, folder, String(name)))
      .filter((path) => /\.(wmnet|wmspec)$/.test(path)),
  )
  expect(shipped.length).toBeGreaterThan(3)
  for (const path of shipped) {
    const program = compile({ path, text: readFileSync(path, 'utf8') }, { read: (file) => readFileSync(file, 'utf8') })
    expect(found(program), path).toEqual([])
  }
})
