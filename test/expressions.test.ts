import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../src/compile.ts'

/** The number that an expression gives, seen through the units of a dense layer. */
function unitsOf(expression: string, lets = ''): unknown {
  const program = compile(`network N { input 1x1x1\n${lets}\nflatten\ndense(${expression})\n}`)
  expect(program.diagnostics).toEqual([])
  return program.variants[0]?.graph.nodes.at(-1)?.call.args.units
}

/** The code of the only error. */
function codeOf(expression: string, lets = ''): string | undefined {
  const program = compile(`network N { input 1x1x1\n${lets}\nflatten\ndense(${expression})\n}`)
  expect(program.diagnostics).toHaveLength(1)
  return program.diagnostics[0]?.code
}

describe('expressions', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 2 - 3', 5],
    ['6 / 2', 3],
    ['7 % 2', 1],
    ['5 - 7 % 3', 4],
    ['-3 + 5', 2],
    ['10 + -7 % 3', 12],
    ['div(7, 2)', 3],
    ['div(-7, 2) + 5', 1],
    ['ceil(7 / 2)', 4],
    ['floor(7 / 2)', 3],
    ['round(2.6)', 3],
    ['min(4, 2, 3)', 2],
    ['max([4, 2, 3])', 4],
    ['sum([1, 2, 3])', 6],
    ['sum([]) + 1', 1],
    ['len([1, 2, 3])', 3],
    ['[5, 6, 7][1]', 6],
    ['sum([5, 6, 7][0..1])', 11],
    ['sum(1..4)', 10],
    ['len(0..0.5 step 0.05)', 11],
    ['if 1 < 2 then 3 else 4', 3],
    ['if not (1 < 2 and 2 <= 1) then 3 else 4', 3],
    ['if 1 == 1 and 2 != 3 or 1 / 0 > 1 then 3 else 4', 3],
    ['50% * 10', 5],
    ['1e2', 100],
  ])('%s is %d', (expression, value) => {
    expect(unitsOf(expression)).toBe(value)
  })

  it('computes range points without accumulated rounding', () => {
    const lets = 'let r = 0..0.5 step 0.05'
    for (let index = 0; index <= 10; index++) {
      // 0.05·index as a person writes it, compared inside the language.
      const written = (index * 5) / 100
      expect(unitsOf(`if r[${index}] == ${written} then 1 else 2`, lets)).toBe(1)
    }
  })

  it('falls with a negative step', () => {
    expect(unitsOf('r[0] * 100 + r[1] * 10 + r[2]', 'let r = 3..1 step -1')).toBe(321)
  })

  it('compares layers, words and lists by what they are', () => {
    expect(unitsOf('if conv(8, k=3) == conv(channels=8, k=3) then 1 else 2')).toBe(1)
    expect(unitsOf('if [1, 2] == [1, 2] then 1 else 2')).toBe(1)
    expect(unitsOf('if relu != gelu then 1 else 2')).toBe(1)
  })

  it.each([
    ['7 / 2', 'WM0210'],
    ['1 / 0', 'WM0212'],
    ['[1, 2][2]', 'WM0211'],
    ['[1, 2][-1]', 'WM0211'],
    ['sum([1, 2, 3][1..0])', 'WM0211'],
    ['len(1)', 'WM0204'],
    ['max(relu)', 'WM0204'],
    ['sum(0..1 step 0.3)', 'WM0220'],
    ['1 + true', 'WM0204'],
    ['if 1 then 2 else 3', 'WM0204'],
    ['nothing', 'WM0201'],
    ['max', 'WM0202'],
    ['alternate', 'WM0208'],
    ['alternate(relu, gelu)', 'WM0204'],
  ])('%s is %s', (expression, code) => {
    expect(codeOf(expression)).toBe(code)
  })

  it('agrees with JavaScript on whole-number arithmetic', () => {
    const leaf = fc.integer({ min: 0, max: 50 }).map((n) => ({ text: String(n), value: n }))
    const tree = fc.letrec<{ tree: { text: string; value: number } }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.tuple(tie('tree'), fc.constantFrom('+', '-', '*'), tie('tree')).map(([a, operator, b]) => ({
          text: `(${a.text} ${operator} ${b.text})`,
          value: operator === '+' ? a.value + b.value : operator === '-' ? a.value - b.value : a.value * b.value,
        })),
      ),
    })).tree
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        fc.pre(Math.abs(value) < 2 ** 40)
        expect(unitsOf(`max(1, ${text})`)).toBe(Math.max(1, value))
      }),
      { numRuns: 200 },
    )
  })
})

describe('layer values', () => {
  const nodesOf = (text: string) => {
    const program = compile(text)
    expect(program.diagnostics).toEqual([])
    return program.variants[0]?.graph.nodes.map(({ call }) => call)
  }

  it('fixes hyperparameters in steps', () => {
    const calls = nodesOf('network N(a: layer = conv(k=5)) { input 9x9x1\nlet b = a(padding=2)\nb(4, stride=2)\n}')
    expect(calls?.[0]?.args).toMatchObject({ channels: 4, k: 5, padding: 2, stride: 2 })
  })

  it('takes the default of a parameter from another', () => {
    expect(nodesOf('network N { input 9x9x1\nmaxpool(3)\n}')?.[0]?.args).toEqual({ size: 3, stride: 3 })
  })

  it('passes defines like built-in layers', () => {
    const calls = nodesOf(
      'define cell(c: int, act: layer = relu) { conv(c, k=1); act }\nnetwork N(l: layer = cell(act=gelu)) { input 4x4x1\nl(3)\n}',
    )
    expect(calls?.map(({ name }) => name)).toEqual(['conv', 'gelu'])
  })

  it('lets the arguments of a layer that is not known yet be words and initializers, in branches too', () => {
    const calls = nodesOf(
      'network N(l: layer = conv, c: bool = true) { input 9x9x1\nl(2, init=if c then glorot else he, padding=if c then same else 0)\n}',
    )
    expect(calls?.[0]?.args).toMatchObject({ init: { name: 'glorot' }, padding: 'same' })
    const program = compile('network N(l: layer = conv) { input 9x9x1\nl(2, init=if 3 then glorot else nowhere + 1)\n}')
    expect(program.diagnostics.map(({ code }) => code)).toEqual(['WM0204', 'WM0201'])
  })

  it('evaluates a require before what it guards', () => {
    const program = compile(
      'network N(k: int = 4) { input 9x9x1\nconv(3, k=k, padding="same")\nrequire k % 2 == 1, "odd, not {k}"\n}',
    )
    expect(program.diagnostics.map(({ code, message }) => [code, message])).toEqual([['WM0213', 'odd, not 4']])
  })
})
