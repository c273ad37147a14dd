import fc from 'fast-check'
import { expect, it } from 'vitest'
import { suggest } from '../src/diagnostics/suggest.ts'

const layers = ['conv', 'dense', 'relu', 'elu', 'wm.smooth', 'wm.unsharp', 'maxpool', 'avgpool', 'k']

it.each([
  ['cnov', 'conv'],
  ['Conv', 'conv'],
  ['dens', 'dense'],
  ['unsharp', 'wm.unsharp'],
  ['wm.unsahrp', 'wm.unsharp'],
  ['maxpol', 'maxpool'],
  ['softmax', undefined],
  ['x', undefined],
  ['', undefined],
  ['conv', undefined],
])('for %s, did you mean %s?', (word, expected) => {
  expect(suggest(word, layers)).toBe(expected)
})

it('one slip in a word of four letters or more is always mended', () => {
  const word = fc.stringMatching(/^[a-z]{4,12}$/)
  const slip = fc.constantFrom('drop', 'double', 'swap', 'change')
  fc.assert(
    fc.property(word, slip, fc.nat(), (right, kind, position) => {
      const at = position % (right.length - 1)
      const [before, letter, next, after] = [right.slice(0, at), right[at], right[at + 1], right.slice(at + 2)]
      const wrong = { drop: next, double: letter + letter + next, swap: `${next}${letter}`, change: `#${next}` }[kind]
      const written = `${before}${wrong}${after}`
      fc.pre(written !== right)
      expect(suggest(written, ['far.away', right])).toBe(right)
    }),
  )
})
