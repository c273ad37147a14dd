import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMove } from '../src/ablation/budget/move.ts'
import { prepareCandidates } from '../src/ablation/budget/prepare-candidates.ts'
import { readTargets } from '../src/ablation/budget/targets.ts'
import { type Matching, prepareMatch, tryPrepareMatch } from './budget-fixtures.ts'
import { randomProgram } from './budget-programs.ts'
import { runs } from './property/runs.ts'

/** Every candidate's bounds and cost; undefined where there is an obstacle. */
function boundsOf({ diff, context }: Matching) {
  const parts = readTargets(diff, context)
  if (parts === undefined) throw new Error("the test's targets are wrong")
  const quantity = diff.quantity.text === 'params' ? 'params' : 'flops'
  const { candidates, obstacle } = prepareCandidates(createMove(parts, context, diff.span), quantity, context)
  if (obstacle !== undefined) return undefined
  return Array.from({ length: candidates.count }, (_, index) => candidates.probe(index))
}

/** The contract that the search relies on. */
function expectRisingBounds(matching: Matching): void {
  let [low, high] = [0, 0]
  for (const outcome of boundsOf(matching) ?? []) {
    if (outcome.kind !== 'cost') continue
    expect(outcome.low).toBeLessThanOrEqual(outcome.cost)
    expect(outcome.high).toBeGreaterThanOrEqual(outcome.cost)
    expect(outcome.low).toBeGreaterThanOrEqual(low)
    expect(outcome.high).toBeGreaterThanOrEqual(high)
    ;({ low, high } = outcome)
  }
}

describe('the bounds of the candidates', () => {
  it('hold the cost and rise, whatever the network', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(randomProgram(20), ({ text }) => {
        const matching = tryPrepareMatch(text)
        fc.pre(matching !== undefined)
        expectRisingBounds(matching)
      }),
      runs(150),
    )
  })

  const net = (body: string, from: string) => `
define bottleneck(c: int, inside: int = div(c, 2)) { residual { conv(inside, k=1); conv(c, k=1) } }
define kept(c: int) { residual { conv(c, k=1) } }
network N(w: [int] in 1..60 = ${from}) {
  input 8x8x1
  ${body}
  global_avgpool
  dense(10)
}
ablation A of N { variant wanted { w = [30, 30] }; variant found { match params of wanted by w } }`

  it.each([
    ['a rounded entry', 'conv(2 * div(w[0], 2), k=1); kept(w[0])', '[10, 20]'],
    ['a rounded exit', 'conv(w[0], k=1); residual { conv(2 * div(w[0], 2), k=1); depthwise(padding=1) }', '[10, 20]'],
    ['a rounded entry by a define', 'bottleneck(div(w[1], 4) * 2); kept(w[0])', '[10, 20]'],
    ['a rounded entry by a name', 'let c = min(w[1], 20); conv(c, k=1); kept(w[1])', '[10, 20]'],
    ['a rounded entry by a layer value', 'let inner = conv(ceil(w[0] / 2) * 2, k=1); inner; kept(w[0])', '[10, 20]'],
    ['a rounded entry as activation', 'block conv(3, k=1, act=conv(2 * div(w[0], 2), k=1)); kept(w[0])', '[10, 20]'],
    ['a rounded entry by a loop', 'for c in [2 * div(w[0], 2)] { conv(c, k=1) }; kept(w[0])', '[10, 20]'],
    ['a square that two points do not tell from a line', 'conv(w[0] * w[0] + 200, k=1); kept(30 * w[0])', '[10, 20]'],
    ['two targets that are equal at first', 'conv(w[0], k=1); kept(w[1])', '[20, 20]'],
    ['two targets in turn', 'conv(w[0] + 20, k=1); kept(w[1])', '[10, 20]'],
    ['channels that concatenate', 'conv(w[0], k=1); densely { conv(w[0], k=1) }; kept(w[1])', '[10, 20]'],
    ['a sum behind a rounded entry', 'conv(2 * div(w[0], 2), k=1); kept(w[0]); kept(w[0]); kept(w[1])', '[10, 20]'],
  ])('hold for %s', (_, body, from) => {
    const outcomes = boundsOf(prepareMatch(net(body, from)))
    expect(outcomes?.filter(({ kind }) => kind === 'cost').length).toBeGreaterThan(50)
    expectRisingBounds(prepareMatch(net(body, from)))
  })

  it('are the cost itself where no projection can come and go', () => {
    const outcomes = boundsOf(
      prepareMatch(net('conv(w[1], k=1); bottleneck(w[1]); kept(w[1]); kept(w[1])', '[10, 20]')),
    )
    const slack = outcomes?.flatMap((outcome) => (outcome.kind === 'cost' ? [outcome.high - outcome.low] : []))
    expect(slack?.length).toBe(59)
    expect(new Set(slack)).toEqual(new Set([0]))
  })
})
