import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Diff, Selector } from '../src/syntax/ast.ts'
import { parse } from '../src/syntax/parse.ts'
import { printAst } from './golden/ast/print-ast.ts'
import { runs } from './property/runs.ts'

function parseDiffs(lines: readonly string[]) {
  const text = `ablation A of N {\nvariant a {\n${lines.join('\n')}\n}\nvariant b = a\n}`
  const { value, diagnostics } = parse('a', text)
  const [ablation] = value.declarations
  const [first, second] = ablation?.kind === 'ablation' ? ablation.members : []
  if (first?.kind !== 'variant' || first.definition.kind !== 'body') throw new Error(`no variant in ${text}`)
  expect(second).toMatchObject({ kind: 'variant', definition: { kind: 'sum' } })
  return { diffs: first.definition.diffs, diagnostics, text }
}

/** The one diff of a line without errors. */
function readDiff(line: string): Diff {
  const { diffs, diagnostics } = parseDiffs([line])
  expect(diagnostics).toEqual([])
  expect(diffs).toHaveLength(1)
  return diffs[0]
}

const printed = (line: string) => printAst([readDiff(line)])
const messagesOf = (line: string) => parseDiffs([line]).diagnostics.map(({ message }) => message)

describe('selectors', () => {
  it('leave no trace of `all` before a name', () => {
    for (const rest of ['', ' in residual', ' after stem', ' where index == 0', ' expect 3']) {
      expect(printed(`remove all conv${rest}`)).toBe(printed(`remove conv${rest}`))
    }
  })

  it.each(['', ' in residual', ' after stem', ' before stem', ' where index == 0', ' expect 3'])(
    'take `all` for a name in `remove all%s`',
    (rest) => {
      expect(printed(`remove all${rest}`)).toBe(printed(`remove conv${rest}`).replace('conv', 'all'))
    },
  )

  it('cover their own words only', () => {
    const { diffs, text } = parseDiffs(['replace  all conv in  residual where k == (3)  with  relu  expect  1'])
    const [diff] = diffs
    const selector: Selector | undefined = diff?.kind === 'replace' ? diff.selector : undefined
    const shown = [diff, selector, selector?.filters[0], selector?.where].map((node) =>
      text.slice(node?.span.start, node?.span.end),
    )
    expect(shown).toEqual([
      'replace  all conv in  residual where k == (3)  with  relu  expect  1',
      'all conv in  residual where k == (3)',
      'in  residual',
      'k == (3)',
    ])
  })
})

describe('the last `in` of a wrap is the block', () => {
  it.each([
    ['wrap conv in a', '{conv}', 'a'],
    ['wrap conv in a in b', '{conv in a}', 'b'],
    ['wrap conv in a in b in c', '{conv in a in b}', 'c'],
    ['wrap conv in a before s in b', '{conv in a before s}', 'b'],
    ['wrap conv in a where k in b', '{conv in a where k}', 'b'],
    ['wrap conv in a expect 3', '{conv}', 'a'],
    ['wrap conv in a(in_=3)', '{conv}', 'a(in_=3)'],
    ['wrap conv in where', '{conv}', 'where'],
    ['wrap conv in (a)', '{conv}', 'a'],
  ])('%s', (line, selector, block) => {
    expect(printed(line)).toContain(`selector=${selector} block=${block}`)
  })
})

it('an insertion stands before or after what follows the first of these words', () => {
  expect(readDiff('insert relu after conv after stem')).toMatchObject({
    position: 'after',
    selector: { name: { text: 'conv' }, filters: [{ relation: 'after', name: { text: 'stem' } }] },
  })
})

it.each(['replace', 'remove', 'insert', 'wrap', 'match', 'with', 'where', 'all', 'grid', 'zip', 'exclude', 'within'])(
  'a parameter may be called %s',
  (word) => {
    expect(readDiff(`${word} = batchnorm`)).toMatchObject({ kind: 'assign', target: { kind: 'name' } })
    expect(readDiff(`${word}[0] = 3`)).toMatchObject({ kind: 'assign', target: { kind: 'index' } })
    expect(readDiff(`match flops of ${word} by ${word}, ${word}[0..1] within 2%`)).toMatchObject({ kind: 'match' })
    expect(readDiff(`remove ${word} in ${word} where ${word} == 1`)).toMatchObject({ kind: 'remove' })
    expect(readDiff(`replace ${word} after ${word} with ${word} expect ${word}`)).toMatchObject({ kind: 'replace' })
  },
)

it.each([
  ['remove conv where index == 0 in residual', 'found `in` after `where`, wanted filters before `where`'],
  ['wrap conv where index == 0 in residual in gated', 'found `in` after `where`, wanted filters before `where`'],
  ['replace conv wm.smooth', 'found `wm.smooth`, wanted `with`'],
  ['insert relu in stem', 'found `in`, wanted `before` or `after`'],
  ['match params of smooth', 'found the end of the line, wanted `by`'],
])('of %s says one thing', (line, message) => {
  expect(messagesOf(line)).toEqual([message])
})

const lines = [
  'widths[0..1] = [64,64]',
  'replace all conv in residual before head where index % 2 == 1 with wm.unsharp(k=3) expect 15',
  'replace relu with if deep then gelu else silu',
  'remove dropout in stage expect 2 * n',
  'insert batchnorm after all conv after stem where k == 3 expect 1',
  'wrap conv in residual after stem where index > 0 in gated(rate=0.5) expect 3',
  'wrap conv in residual in gated',
  'match params of smooth by widths[0], depth within 2%',
]

it('a missing, doubled or wrong word costs at most one message and its own diff', () => {
  const damage = fc.constantFrom('', '3', 'in', 'with', 'where', '=', 'conv', '3 3', 'as', '%')
  fc.assert(
    fc.property(fc.nat(lines.length - 1), fc.nat(20), damage, fc.boolean(), (at, place, word, isInserted) => {
      const words = lines[at].split(' ')
      words.splice(place % words.length, isInserted ? 0 : 1, word)
      const damaged = lines.map((line, index) => (index === at ? words.join(' ') : line))
      const { diffs, diagnostics, text } = parseDiffs(damaged)
      const start = text.indexOf(damaged.join('\n')) + damaged.slice(0, at).join('\n').length
      const end = start + words.join(' ').length + 1
      const others = diffs.filter(({ span }) => span.end <= start || span.start >= end)
      expect(printAst(others)).toBe(lines.flatMap((line, index) => (index === at ? [] : printed(line))).join(''))
      expect(diagnostics.length).toBeLessThanOrEqual(1)
    }),
    runs(400),
  )
})
