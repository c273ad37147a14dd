import type { AttackSpec } from '../attacks/attack.ts'
import { attacks } from '../attacks/index.ts'
import type { Span } from '../diagnostics/diagnostic.ts'
import { suggest } from '../diagnostics/suggest.ts'
import { bindArguments, bindNothing, complete } from '../evaluate/bind.ts'
import { type Environment, evaluateAs } from '../evaluate/evaluate.ts'
import { lookUp } from '../evaluate/scope.ts'
import { type Construct, entryOf, printCall, type ResolvedCall } from '../registry/construct.ts'
import { call, int, type RegistryName } from '../registry/params.ts'
import type { Protocol, ProtocolSource, TrainSettings } from '../study/protocol.ts'
import type { Expression, ProtocolDeclaration, ProtocolEntry } from '../syntax/ast.ts'

/** How a keyword of a protocol is read. */
interface EntryRule {
  readonly registry?: RegistryName
  /** `one` value per entry and one entry; `many` values in one entry; `each` entry adds one. */
  readonly values: 'one' | 'many' | 'each'
  /** Whether settings in braces follow. */
  readonly settings?: true
}

/** What stands in the braces of `train`, in the form of a construct. */
const trainConstruct: Construct = {
  registry: 'optimizer',
  name: 'train',
  doc: 'How a network is trained.',
  example: 'train adam { epochs = 20 }',
  params: {
    loss: call('loss', {
      doc: 'What training minimises.',
      default: { registry: 'loss', name: 'crossentropy', args: { label_smoothing: 0 } },
    }),
    batch: int({ min: 1, default: 128, doc: 'Images per step.' }),
    epochs: int({ min: 1, doc: 'Passes over the training images.' }),
    keep: call('keep', { doc: 'Which epoch counts.', default: { registry: 'keep', name: 'last', args: {} } }),
  },
}

const entryRules: Readonly<Record<string, EntryRule>> = {
  data: { registry: 'dataset', values: 'one' },
  augment: { registry: 'augment', values: 'many' },
  train: { registry: 'optimizer', values: 'one', settings: true },
  trials: { values: 'one' },
  seed: { values: 'one' },
  noise: { registry: 'noise', values: 'each' },
  attack: { registry: 'attack', values: 'each' },
  measure: { registry: 'measure', values: 'many' },
  explain: { registry: 'explain', values: 'many' },
}

/** An entry with its values evaluated. Inherited ones keep the span of where they were written. */
interface CheckedEntry {
  readonly entry: ProtocolEntry
  readonly calls: readonly { readonly call: ResolvedCall; readonly span: Span }[]
  readonly number?: number
  readonly train?: TrainSettings
}

/** Checks a protocol with all that it inherits. Undefined where it is wrong. */
export function checkProtocol(declaration: ProtocolDeclaration, env: Environment): ProtocolSource | undefined {
  const before = env.report.errorCount()
  const entries = collectEntries(declaration, env, [])
  if (env.report.errorCount() > before || entries === undefined) return undefined
  const one = (keyword: string) => entries.find(({ entry }) => entry.keyword.text === keyword)
  const all = (keyword: string) =>
    entries.filter(({ entry }) => entry.keyword.text === keyword).flatMap(({ calls }) => calls)
  const data = one('data')
  const train = one('train')
  const required = ['data', 'train', ...((one('noise') ?? one('attack')) ? ['measure'] : [])]
  for (const keyword of required.filter((name) => one(name) === undefined)) {
    env.report.error('WM0502', declaration.name.span, `${declaration.name.text} has no \`${keyword}\``)
  }
  if (env.report.errorCount() > before) return undefined
  const [dataCall] = data?.calls ?? []
  if (data === undefined || train?.train === undefined || dataCall === undefined) return undefined
  const protocol: Protocol = {
    name: declaration.name.text,
    data: dataCall.call,
    augment: all('augment').map(({ call: augment }) => augment),
    train: train.train,
    trials: one('trials')?.number ?? 1,
    seed: one('seed')?.number ?? 0,
    noise: all('noise').map(({ call: noise }) => noise),
    attack: all('attack').map(({ call: attack }) => attack),
    measure: all('measure').map(({ call: measure }) => measure),
    explain: all('explain').map(({ call: explain }) => explain),
  }
  const spansOf = (keyword: string) => all(keyword).map(({ span }) => span)
  const spans = { name: declaration.name.span, data: data.entry.span, train: train.entry.span }
  const lists = {
    augment: spansOf('augment'),
    noise: spansOf('noise'),
    attack: spansOf('attack'),
    measure: spansOf('measure'),
  }
  const explained = { explain: spansOf('explain') }
  return { protocol, spans: { ...spans, ...lists, ...explained } }
}

/** Own entries replace inherited ones: by keyword, and for `noise` and `attack` by keyword and name. */
function collectEntries(
  declaration: ProtocolDeclaration,
  env: Environment,
  path: readonly ProtocolDeclaration[],
): readonly CheckedEntry[] | undefined {
  const own = checkEntries(declaration, env)
  if (declaration.base === undefined) return own
  const { text, span } = declaration.base
  const binding = lookUp(env.scope, text)
  if (binding?.kind !== 'protocol') {
    reportUnknownProtocol(text, span, env)
    return undefined
  }
  const inside = [...path, declaration]
  if (inside.includes(binding.declaration)) {
    env.report.error(
      'WM0503',
      span,
      `${[...inside, binding.declaration].map(({ name }) => name.text).join(' → ')} never ends`,
    )
    return undefined
  }
  const inherited = collectEntries(binding.declaration, { ...env, scope: binding.scope }, inside)
  if (inherited === undefined) return undefined
  return [...inherited.filter((entry) => !own.some((other) => overrides(other, entry))), ...own]
}

function overrides(own: CheckedEntry, inherited: CheckedEntry): boolean {
  const keyword = own.entry.keyword.text
  if (keyword !== inherited.entry.keyword.text) return false
  return entryRules[keyword]?.values !== 'each' || own.calls[0]?.call.name === inherited.calls[0]?.call.name
}

export function reportUnknownProtocol(name: string, span: Span, env: Environment): void {
  const binding = lookUp(env.scope, name)
  if (binding?.kind === 'missing') return
  if (binding !== undefined) {
    const labels = [{ span: binding.span, message: 'defined here' }]
    env.report.error('WM0204', span, `wants a protocol, found the ${binding.kind} \`${name}\``, { labels })
    return
  }
  const protocols = [...env.scope.bindings].flatMap(([key, candidate]) => (candidate.kind === 'protocol' ? [key] : []))
  const close = suggest(name, protocols)
  const hints = close === undefined ? [] : [`did you mean \`${close}\`?`]
  env.report.error('WM0201', span, `there is no protocol \`${name}\``, { hints })
}

function checkEntries(declaration: ProtocolDeclaration, env: Environment): readonly CheckedEntry[] {
  const checked: CheckedEntry[] = []
  for (const entry of declaration.entries) {
    const { text, span } = entry.keyword
    const rule = Object.hasOwn(entryRules, text) ? entryRules[text] : undefined
    if (rule === undefined) {
      const close = suggest(text, Object.keys(entryRules))
      const known = `a protocol has ${Object.keys(entryRules).join(', ')}`
      env.report.error('WM0501', span, `there is no protocol entry \`${text}\``, {
        hints: [close === undefined ? known : `did you mean \`${close}\`?`],
      })
      continue
    }
    const earlier = checked.find((other) => other.entry.keyword.text === text)
    if (earlier !== undefined && rule.values !== 'each') {
      const labels = [{ span: earlier.entry.keyword.span, message: 'first given here' }]
      env.report.error('WM0504', span, `\`${text}\` is given again`, { labels })
      continue
    }
    checked.push(checkEntry(entry, rule, env))
  }
  for (const keyword of ['noise', 'attack']) {
    const calls = checked.filter(({ entry }) => entry.keyword.text === keyword).flatMap((entry) => entry.calls)
    checkTwice(calls, keyword, env)
  }
  return checked
}

function checkEntry(entry: ProtocolEntry, rule: EntryRule, env: Environment): CheckedEntry {
  const { registry } = rule
  checkCount(entry, rule, env)
  if (!rule.settings) rejectSettings(entry, env)
  if (registry === undefined) {
    const [value] = entry.values
    const number = value === undefined ? undefined : checkNumber(entry.keyword.text, value, env)
    return { entry, calls: [], ...(number === undefined ? {} : { number }) }
  }
  const calls = entry.values.flatMap((value) => {
    const resolved = checkCall(value, registry, entry.keyword.text, env)
    return resolved === undefined ? [] : [{ call: resolved, span: value.span }]
  })
  checkTwice(calls, entry.keyword.text, env)
  if (registry === 'attack') for (const { call, span } of calls) checkReach(call, span, env)
  const train = rule.settings ? checkTrain(entry, calls[0]?.call, env) : undefined
  return { entry, calls, ...(train === undefined ? {} : { train }) }
}

function checkCount(entry: ProtocolEntry, rule: EntryRule, env: Environment): void {
  const { text } = entry.keyword
  const [, second] = entry.values
  if (second !== undefined && rule.values !== 'many') {
    env.report.error('WM0209', second.span, `\`${text}\` takes one value, found ${entry.values.length}`, {
      hints: rule.values === 'each' ? [`write one \`${text}\` line for each`] : [],
    })
  }
}

/** The same call twice is a slip, not a wish; one name with other arguments is fine. */
function checkTwice(
  calls: readonly { readonly call: ResolvedCall; readonly span: Span }[],
  keyword: string,
  env: Environment,
): void {
  calls.forEach(({ call: later, span }, index) => {
    const earlier = calls.slice(0, index).find(({ call: other }) => printCall(other) === printCall(later))
    if (earlier === undefined) return
    const labels = [{ span: earlier.span, message: 'first given here' }]
    env.report.error('WM0504', span, `\`${later.name}\` stands twice in \`${keyword}\``, { labels })
  })
}

/** An attack whose steps end short of ε measures less than it says. */
function checkReach(attack: ResolvedCall, span: Span, env: Environment): void {
  const spec: AttackSpec = entryOf(attacks, attack)
  const reach = spec.reach?.(attack.args)
  // A share that was rounded down on writing (3 steps of 0.3333) is meant to be the whole.
  if (reach === undefined || reach.share > 0.999) return
  const { steps, share } = reach
  const print = (value: number) => String(Number(value.toPrecision(2)))
  // To two digits and upwards: a step of 0.14 would leave a seventh short.
  const digit = 10 ** (Math.floor(Math.log10(1 / steps)) - 1)
  const enoughStep = print(Math.ceil(1 / steps / digit - 1e-9) * digit)
  const message = `${steps} ${steps === 1 ? 'step' : 'steps'} of ${print(share / steps)}·eps: ${print(share)}·eps in all`
  const enough = `steps=${Math.ceil(steps / share - 1e-9)}, or rel_step=${enoughStep}, is just enough`
  env.report.warn('WM0518', span, message, { hints: [enough] })
}

function checkNumber(keyword: string, value: Expression, env: Environment): number | undefined {
  const domain = keyword === 'trials' ? { min: 1, max: 1000 } : { min: 0, max: 2 ** 31 - 1 }
  const number = evaluateAs(value, { kind: 'int', domain }, `\`${keyword}\``, env)
  return number.kind === 'number' ? number.value : undefined
}

function checkCall(
  value: Expression,
  registry: RegistryName,
  keyword: string,
  env: Environment,
): ResolvedCall | undefined {
  const type = { kind: 'call', registry } as const
  const found = evaluateAs(value, type, `\`${keyword}\``, env)
  return found.kind === 'call' ? complete(found, env) : undefined
}

function rejectSettings(entry: ProtocolEntry, env: Environment): void {
  const [setting] = entry.settings
  if (setting === undefined) return
  env.report.error('WM0206', setting.name.span, `\`${entry.keyword.text}\` has no settings in braces`)
}

/** The settings of `train` are arguments by name, bound like those of any call. */
function checkTrain(
  entry: ProtocolEntry,
  optimizer: ResolvedCall | undefined,
  env: Environment,
): TrainSettings | undefined {
  const bare = bindNothing({ kind: 'construct', construct: trainConstruct }, entry.keyword.span)
  const bound = bindArguments(bare, entry.settings, entry.keyword.span, env)
  const settings = complete(bound, env)?.args as Omit<TrainSettings, 'optimizer'> | undefined
  if (settings === undefined || optimizer === undefined) return undefined
  const { loss, batch, epochs, keep } = settings
  return { optimizer, loss, batch, epochs, keep }
}
