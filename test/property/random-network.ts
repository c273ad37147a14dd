import fc from 'fast-check'

/** A statement of a random network; labels and references to them are settled when it is printed. */
type Statement =
  | { readonly kind: 'layer'; readonly text: string; readonly repeat: number; readonly labelled: boolean }
  | { readonly kind: 'add'; readonly pick: number }
  | {
      readonly kind: 'body'
      readonly head: string
      readonly repeat: number
      readonly labelled: boolean
      readonly body: Body
    }
  | {
      readonly kind: 'parallel'
      readonly merge: string
      readonly branches: readonly Body[]
      readonly labelled: boolean
    }
  | { readonly kind: 'for'; readonly list: string; readonly body: Body }
  | { readonly kind: 'if'; readonly condition: string; readonly body: Body; readonly other: Body }
type Body = readonly Statement[]

/** Defines that keep the shape; `inner` of the last two is what `wrap` gives. */
export const defines = `
define cell(c: int, k: int = 3, inner: layer = conv) { block inner(c, k=k, padding="same", norm=batchnorm) }
define pair { conv(4, k=1) as first; relu; residual { cell(4, k=1) x2 }; add(first) }
define plain(c: int = 4) { depthwise(k=3, padding=1); conv(c, k=1) }
define gated(inner: layer) { residual { inner } }
define twice(inner: layer, act: layer = tanh) { inner x2; act }
`

/** Every layer keeps 6x6x4, so that most diffs give a network that fits. */
const layers = fc.constantFrom(
  'conv(4, padding=1)',
  'conv(4, padding="same", bias=false)',
  'conv(4, k=1)',
  'wm.smooth(4, padding=1)',
  'wm.unsharp(4)',
  'depthwise(k=3, padding=same)',
  'relu',
  'gelu',
  'batchnorm',
  'dropout(0.2)',
  'none',
  'cell(4)',
  'cell(4, k=1, inner=wm.smooth)',
  'pair',
  'plain',
  'gated(conv(4, k=1))',
  'gated(cell(4, k=1))',
  'twice(inner=plain, act=relu)',
  'layer(4, k=1)',
  'block conv(4, padding=1)',
  'block conv(4, k=1, norm=batchnorm, act=none)',
  'block conv(4, k=1, norm=relu, act=relu)',
  'block layer(4, k=1, norm=layernorm, act=gelu)',
  'block cell(4, norm=plain, act=plain)',
)
const repeat = fc.constantFrom(1, 1, 1, 1, 2, 3, 0)
const labelled = fc.constantFrom(false, false, true)

const { body } = fc.letrec<{ statement: Statement; body: Body }>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('layer' as const), text: layers, repeat, labelled }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('add' as const), pick: fc.nat(9) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        ...{ kind: fc.constant('body' as const), repeat, labelled, body: tie('body') },
        head: fc.constantFrom('residual', 'residual', 'residual(project=never)', 'densely'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        ...{ kind: fc.constant('parallel' as const), merge: fc.constantFrom('add', 'concat'), labelled },
        branches: fc.array(tie('body'), { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        ...{ kind: fc.constant('for' as const), list: fc.constantFrom('[1, 3]', '[3]', '[]'), body: tie('body') },
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        ...{ kind: fc.constant('if' as const), condition: fc.constantFrom('flag', 'not flag') },
        ...{ body: tie('body'), other: tie('body') },
      }),
    },
  ) as fc.Arbitrary<Statement>,
  body: fc.array(tie('statement'), { minLength: 1, maxLength: 5, depthIdentifier: 'body' }),
}))

/** A network named N. */
export interface RandomNetwork {
  readonly text: string
  /** Those that its own body gives outside loops and structures. */
  readonly labels: readonly string[]
}

export const networks: fc.Arbitrary<RandomNetwork> = body.map((statements) => {
  let count = 0
  const labels: string[] = []
  const print = (list: Body, visible: readonly string[], isTop: boolean): string => {
    const seen = [...visible]
    return list.map((statement) => printStatement(statement, seen, isTop)).join('\n')
  }
  const suffix = (times: number, isLabelled: boolean, seen: string[], isTop: boolean): string => {
    const name = `l${count}`
    if (isLabelled) {
      count++
      seen.push(name)
      if (isTop) labels.push(name)
    }
    return `${times === 1 ? '' : ` x${times}`}${isLabelled ? ` as ${name}` : ''}`
  }
  // What widens is followed by a convolution that narrows again.
  const narrow = '\nconv(4, k=1)'
  const printStatement = (statement: Statement, seen: string[], isTop: boolean): string => {
    switch (statement.kind) {
      case 'layer':
        return statement.text + suffix(statement.repeat, statement.labelled, seen, isTop)
      case 'add':
        return seen.length === 0 ? 'relu' : `add(${seen[statement.pick % seen.length]})`
      case 'body': {
        const { head } = statement
        // Each repetition of `densely` is given more channels than the one before.
        const inner = (head === 'densely' ? 'conv(4, k=1)\n' : '') + print(statement.body, seen, false)
        // Only what keeps the shape is labelled: `add` takes labels.
        const end = suffix(statement.repeat, statement.labelled && head !== 'densely', seen, isTop)
        return `${head} {\n${inner}\n}${end}${head === 'densely' ? narrow : ''}`
      }
      case 'parallel': {
        const branches = statement.branches.map((branch) => `branch {\n${print(branch, seen, false)}\n}`)
        const end = suffix(1, statement.labelled && statement.merge === 'add', seen, isTop)
        return `parallel(merge=${statement.merge}) {\n${branches.join('\n')}\n}${end}${narrow}`
      }
      case 'for':
        return `for k in ${statement.list} {\nconv(4, k=k, padding="same")\n${print(statement.body, seen, false)}\n}`
      case 'if': {
        const [yes, no] = [print(statement.body, seen, false), print(statement.other, seen, false)]
        return `if ${statement.condition} {\n${yes}\n} else {\n${no}\n}`
      }
    }
  }
  const text = print(statements, [], true)
  const parameters = 'layer: layer = alternate(conv, wm.smooth), flag: bool = true'
  return { text: `network N(${parameters}) {\ninput 6x6x4\nconv(4, padding=1)\n${text}\n}\n`, labels }
})

/** Layers of the random networks. */
export const kinds = ['conv', 'wm.smooth', 'wm.unsharp', 'depthwise', 'relu', 'gelu', 'batchnorm', 'dropout'] as const
const structures = ['residual', 'densely', 'parallel'] as const
const used = ['cell', 'pair', 'plain', 'gated', 'twice'] as const

const where = fc.constantFrom('', '', ' where index % 2 == 1', ' where index == 0', ' where index >= div(count, 2)')
const argument = fc.constantFrom('', ' where k == 3', ' where k != 3 and index < 2')

/** Selectors of what the network's text names. They may match nothing yet: a branch not taken, a filter too narrow. */
export function selectors(
  { text }: RandomNetwork,
  labels: readonly string[] = [],
  holders: readonly string[] = [...structures, ...used],
): fc.Arbitrary<string> {
  const isNamed = (name: string) => new RegExp(`\\b${name}\\b`).test(text)
  const enclosing = holders.filter(isNamed)
  const filters = fc.constantFrom('', '', '', ...enclosing.map((name) => ` in ${name}`))
  const names = fc.constantFrom<string>('conv', ...kinds.filter(isNamed), ...enclosing)
  const some = fc.tuple(names, filters, where).map((parts) => parts.join(''))
  const withK = ['conv', ...enclosing.filter((name) => name === 'cell')]
  const byArgument = fc.tuple(fc.constantFrom(...withK), filters, argument).map((parts) => parts.join(''))
  if (labels.length === 0) return fc.oneof({ weight: 4, arbitrary: some }, { weight: 1, arbitrary: byArgument })
  const label = fc.constantFrom(...labels)
  const beside = fc.tuple(names, fc.constantFrom('in', 'after', 'before'), label).map((parts) => parts.join(' '))
  return fc.oneof({ weight: 3, arbitrary: some }, byArgument, label, beside)
}

const brought = fc.constantFrom(
  ...[
    'relu',
    'gelu',
    'silu',
    'conv(4, k=1)',
    'wm.smooth(4, k=1)',
    'wm.smooth',
    'wm.unsharp',
    'conv',
    'cell(4)',
    'pair',
  ],
  ...['alternate(gelu, silu)', 'plain', 'gated(relu)', 'none', 'dropout(0.5)', 'alternate(conv, wm.unsharp)'],
)

export function structuralDiffs(selector: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    fc.tuple(selector, brought).map(([which, layer]) => `replace ${which} with ${layer}`),
    selector.map((which) => `remove ${which}`),
    fc
      .tuple(brought, fc.constantFrom('before', 'after'), selector)
      .map(([layer, side, which]) => `insert ${layer} ${side} ${which}`),
    fc
      .tuple(selector, fc.constantFrom('gated', 'twice', 'twice(act=silu)'))
      .map(([which, block]) => `wrap ${which} in ${block}`),
  )
}
