import fc from 'fast-check'

/**
 * Sources of networks with nested structures, repeats and labelled skips, on maps of 16x16 all through: what they put
 * together always fits. The numbers decide; networks get smaller as numbers do.
 */
export const networkSources: fc.Arbitrary<string> = fc
  .array(fc.noBias(fc.nat({ max: 999 })), { minLength: 1, maxLength: 120, size: 'max' })
  .map(
    (numbers) => `define cell(c: int) { block conv(c, k=1); residual { conv(c, padding="same"); relu } }
network N {
  input 16x16x4
${writeBody(createChoices(numbers), 0, [], 6)}
}`,
  )

/** Two variants of a random network: the second has other layers, some more and some fewer. */
export const ablationSources: fc.Arbitrary<string> = fc
  .tuple(networkSources, fc.subarray(diffs(), { minLength: 1 }))
  .map(([network, chosen]) => {
    const body = network.replace(/\n}$/, '\n  conv(4, k=1) as late\n  sigmoid\n}')
    const gate = 'define gate(layer: layer) { parallel(merge=add) { branch { layer }\nbranch { softmax } } }'
    return `${gate}\n${body}\nablation A of N {\n  variant base { }\n  variant other {\n    ${chosen.join('\n    ')}\n  }\n}`
  })

function diffs(): string[] {
  return [
    'replace late with wm.unsharp',
    'insert batchnorm before late',
    'insert gelu after sigmoid',
    'wrap sigmoid in gate',
    'remove sigmoid',
  ]
}

type Choose = (count: number) => number

/** 0 once the numbers are used up, which is always the simplest choice. */
function createChoices(numbers: readonly number[]): Choose {
  const left = [...numbers]
  return (count) => (left.shift() ?? 0) % count
}

function writeBody(choose: Choose, depth: number, labels: readonly string[], most: number): string {
  const seen = [...labels]
  const count = 1 + choose(most)
  const lines = Array.from({ length: count }, (_, index) => writeStatement(choose, depth, seen, `${depth}_${index}`))
  return lines.map((line) => `${'  '.repeat(depth + 1)}${line}`).join('\n')
}

/** Skips are frequent; structures come last, and not in all depths. */
const kinds = [0, 1, 2, 3, 4, 3, 4, 5, 6, 7, 8, 9, 9]
const plainKinds = 8

function writeStatement(choose: Choose, depth: number, labels: string[], place: string): string {
  const kind = kinds[choose(depth < 3 ? kinds.length : plainKinds)] ?? 0
  const channels = 4 * (1 + choose(2))
  const repeat = choose(3) === 0 ? ` x${2 + choose(3)}` : ''
  const inner = (most: number) => writeBody(choose, depth + 1, labels, most)
  switch (kind) {
    case 0:
      return `conv(${channels}, k=1)${repeat}`
    case 1:
      return `block conv(${channels}, padding="same", norm=batchnorm)${repeat}`
    case 2:
      return 'tanh'
    case 3: {
      const label = `l${place}_${labels.length}`
      labels.push(label)
      return `block wm.unsharp(${channels}) as ${label}`
    }
    case 4: {
      const label = labels[choose(Math.max(1, labels.length))]
      return label === undefined ? 'relu' : `concat(${label})`
    }
    case 5:
      return `cell(${channels})${repeat}`
    case 6:
      return `residual {\n${inner(3)}\n${'  '.repeat(depth + 1)}}${repeat}`
    case 7:
      return `densely {\n${inner(2)}\n${'  '.repeat(depth + 2)}conv(4, k=1)\n${'  '.repeat(depth + 1)}}${repeat}`
    case 8:
      return `for i in [1, 2, 3] {\n${inner(2)}\n${'  '.repeat(depth + 1)}}`
    default: {
      const branches = Array.from(
        { length: 2 + choose(2) },
        () => `branch {\n${choose(4) === 3 ? 'none' : inner(3)}\n}`,
      )
      // Fewer channels again, lest nested ones multiply them beyond all bounds.
      return `parallel(merge=concat) {\n${branches.join('\n')}\n}\nconv(4, k=1)`
    }
  }
}
