import fc from 'fast-check'

/** A random program whose last variant matches `v0`, and what was put into it. */
export interface RandomProgram {
  readonly text: string
  /** Every moved value ends in a width, through expressions that rise with it. */
  readonly rising: boolean
  /** What each width may be. */
  readonly domain: readonly number[]
}

/** An expression over the widths `w[0]` … and loop or define parameters. */
interface Piece {
  readonly text: string
  readonly rising: boolean
}

const rises = (text: string): Piece => ({ text, rising: true })
const mayFall = (text: string): Piece => ({ text, rising: false })

const index = fc.nat({ max: 2 })

/** A width that rises with the widths it is made of. */
const risingWidth: fc.Arbitrary<Piece> = fc
  .tuple(index, index, fc.integer({ min: 1, max: 5 }), fc.nat({ max: 12 }))
  .map(([i, j, n, form]) => {
    const forms = [
      `w[${i}]`,
      `w[${i}]`,
      `w[${i}]`,
      `w[${i}] * ${n}`,
      `w[${i}] + ${n}`,
      `w[${i}] + w[${j}]`,
      `w[${i}] * w[${j}]`,
      `div(w[${i}], ${n}) + 1`,
      `max(1, floor(w[${i}] / ${n}))`,
      `ceil(w[${i}] * 0.${n})`,
      `min(w[${i}], ${4 * n})`,
      `max(w[${i}], ${4 * n})`,
      `sum(w[0..1])`,
    ]
    return rises(forms[form] ?? '')
  })

/** A width that may fall, or that stands still. */
const otherWidth: fc.Arbitrary<Piece> = fc
  .tuple(index, fc.integer({ min: 1, max: 9 }))
  .chain(([i, n]) =>
    fc.constantFrom(
      mayFall(`max(1, ${2 * n} - w[${i}])`),
      mayFall(`if w[${i}] > ${n} then ${n} else w[${i}]`),
      mayFall(`1 + w[${i}] % ${n + 1}`),
      mayFall(`[3, 5, 4][w[${i}] % 3]`),
      mayFall(`max(1, ${n} * (0 - 1) * w[${i}] + 40)`),
      rises(String(n)),
    ),
  )

const width = fc.oneof({ weight: 40, arbitrary: risingWidth }, { weight: 1, arbitrary: otherWidth })

/** A statement that keeps height and width. */
function statement(depth: number): fc.Arbitrary<Piece> {
  const layer = fc
    .tuple(width, fc.nat({ max: 7 }), fc.integer({ min: 1, max: 3 }))
    .map(([{ text, rising }, form, n]) => {
      const forms = [
        `block conv(${text}, k=1)`,
        `block conv(${text}, k=3, padding=1)`,
        `wm.smooth(${text}, k=3, padding=1)`,
        `block separable(${text}, padding=1, norm=batchnorm)`,
        `block conv(k=1, channels=${text}) x${n}`,
        `pair(${text})`,
        `twice(conv(${text}, k=1))`,
        `if true { let c = ${text}; block wm.unsharp(c, bias=false) }`,
      ]
      return { text: forms[form] ?? '', rising }
    })
  const rising = fc.constantFrom(
    rises('depthwise(padding=1, multiplier=2)'),
    rises('batchnorm'),
    rises('scale'),
    rises('for c in w { conv(c, k=1) }'),
    rises('for c in w[1..2] { bottleneck(c) }'),
    rises('conv(4, k=1); conv(w[0] * 2, k=1, groups=2)'),
    rises('require w[0] != 7, "not seven"'),
  )
  const falling = fc.constantFrom(
    mayFall('if w[1] % 2 == 0 { conv(3, k=1) } else { conv(w[2], k=1) }'),
    mayFall('conv(w[0], k=1) x(1 + w[2] % 2)'),
    mayFall('conv(3, k=1 + 2 * (w[0] % 2), padding="same")'),
    mayFall('guarded(w[1])'),
  )
  const plain = fc.oneof({ weight: 12, arbitrary: rising }, { weight: 1, arbitrary: falling })
  if (depth === 0) return fc.oneof(layer, plain)
  const body = fc.array(statement(depth - 1), { minLength: 1, maxLength: 2 }).map(join)
  const nested = fc.tuple(body, body, fc.nat({ max: 4 })).map(([a, b, form]) => {
    const forms = [
      `residual { ${a.text} }`,
      `residual { ${a.text} } x2`,
      `densely { ${a.text} } x2`,
      `parallel { branch { ${a.text} }\nbranch { ${b.text} } }`,
      `residual { ${a.text}\nresidual { ${b.text} } }`,
    ]
    return { text: forms[form] ?? '', rising: a.rising && (form === 3 || form === 4 ? b.rising : true) }
  })
  return fc.oneof({ weight: 3, arbitrary: layer }, { weight: 1, arbitrary: plain }, { weight: 4, arbitrary: nested })
}

function join(pieces: readonly Piece[]): Piece {
  return { text: pieces.map(({ text }) => text).join('\n'), rising: pieces.every(({ rising }) => rising) }
}

const defines = `
define pair(c: int) { block conv(c, k=1) x2 }
define twice(inner: layer) { inner; residual { inner } }
define bottleneck(c: int, inside: int = div(c, 2) + 1) { residual { conv(inside, k=1); conv(c, k=1) } }
define guarded(c: int) { if c > 6 { conv(2, k=1) } else { conv(c, k=1) } }
`

const edits = fc.constantFrom(
  rises(''),
  rises(''),
  rises('insert conv(5, k=1) before dense; '),
  rises('replace dense with narrow; '),
  rises('wrap dense in plainly; '),
  mayFall('replace dense with stepwise; '),
)

const editDefines = `
define narrow(units: int) { dense(units + 1); dense(3) }
define plainly(inner: layer) { inner; relu }
define stepwise(units: int) { if units % 3 == 0 { dense(2) } else { dense(units) } }
`

/** Whole numbers up to a limit: all of them, those above a minimum, or those that are no multiple of some number. */
const domainTo = (largest: number) =>
  fc
    .record({ least: fc.constantFrom(1, 1, 1, 2, 4), gap: fc.constantFrom(undefined, undefined, 3, 5) })
    .map(({ least, gap }) => {
      const all = Array.from({ length: largest }, (_, index) => index + 1)
      const numbers = all.filter((value) => value >= least && (gap === undefined || value % gap !== 0))
      return { numbers, text: gap === undefined ? `${least}..${largest}` : `[${numbers.join(', ')}]` }
    })

export const randomProgram = (largest: number): fc.Arbitrary<RandomProgram> =>
  fc
    .record({
      body: fc.array(statement(2), { minLength: 1, maxLength: 4 }).map(join),
      edit: edits,
      domain: domainTo(largest),
      wanted: fc.tuple(fc.nat(), fc.nat(), fc.nat()),
      own: fc.tuple(fc.nat(), fc.nat(), fc.nat()),
      end: width,
      quantity: fc.constantFrom('params', 'flops'),
      by: fc.constantFrom('w', 'w[0]', 'w[1..2]', 'w[0], w[2]', 'w[2], w[0..1]'),
    })
    .map(({ body, edit, domain, wanted, own, end, quantity, by }) => {
      const { numbers } = domain
      const pick = (indices: readonly number[]) => indices.map((index) => numbers[index % numbers.length]).join(', ')
      return {
        domain: numbers,
        // Rising as far as the generator knows: a piece may leave what moves alone.
        rising: body.rising && edit.rising && end.rising,
        text: `${defines}${edit.text === '' ? '' : editDefines}
network N(w: [int] in ${domain.text} = [${pick([0, 1, 2])}]) {
  input 4x4x2
  ${body.text}
  flatten
  dense(${end.text})
}
ablation A of N {
  variant v0 { w = [${pick(wanted)}] }
  variant v1 { w = [${pick(own)}]; ${edit.text}match ${quantity} of v0 by ${by} }
}`,
      }
    })
