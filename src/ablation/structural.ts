import { evaluateLayer } from '../check/layer-statement.ts'
import { droppedBy, replaceCall } from '../elaborate/apply-edited.ts'
import type { Edits, SiteEdit } from '../elaborate/edits.ts'
import type { Application, Recording } from '../elaborate/record.ts'
import { pickAlternative } from '../evaluate/alternate.ts'
import { type Environment, evaluateAs } from '../evaluate/evaluate.ts'
import { type CallValue, describeValue, parametersOf, targetName } from '../evaluate/value.ts'
import type { Expression, StructuralDiff, WrapDiff } from '../syntax/ast.ts'
import type { Dropped, StructuralChange } from './changes.ts'
import { type Selection, select } from './selectors.ts'

/** The edits of one diff, and what is to be said of them. */
export interface EditedSites {
  readonly edits: Edits
  readonly change: StructuralChange
}

/** What a structural diff does to the network as the diffs before it left it. Undefined, and reported, where it cannot. */
export function planDiff(diff: StructuralDiff, recording: Recording, env: Environment): EditedSites | undefined {
  const layer = layerOf(diff, env)
  const selection = select(diff.selector, recording, env)
  if (selection === undefined || layer === 'wrong') return undefined
  if (!meetsExpectation(diff.expect, diff, selection, env)) return undefined
  if (diff.kind === 'wrap' && !canMove(diff, selection.matches, env)) return undefined
  const edits = new Map<string, readonly SiteEdit[]>()
  const dropped: Dropped[] = []
  const counters = new Map<string, number>()
  for (const application of selection.matches) {
    const own = layer === undefined ? undefined : pickAlternative(layer, counters)
    const keys = keysFor(diff, application, selection.by)
    const edit = toEdit(diff, own, application, env)
    if (edit === undefined) return undefined
    for (const key of keys) edits.set(key, [edit])
    if (edit.kind === 'replace' && application.call !== undefined) {
      noteDropped(application.call, edit.layer, dropped)
    }
  }
  const sites = selection.matches.length
  return { edits, change: { kind: diff.kind, span: diff.span, sites, dropped } }
}

/** Whether the same layers, defines and structures stand at the same places. */
export function haveSameSites(a: Recording, b: Recording | undefined): boolean {
  if (a.applications.length !== b?.applications.length) return false
  return a.applications.every(({ key, kind }, index) => {
    const other = b.applications[index]
    return other?.key === key && other.kind === kind
  })
}

/** The layer that the diff brings; `remove` brings none. */
function layerOf(diff: StructuralDiff, env: Environment): CallValue | undefined | 'wrong' {
  if (diff.kind === 'remove') return undefined
  const expression = diff.kind === 'wrap' ? diff.block : diff.layer
  const before = env.report.errorCount()
  const value = evaluateLayer(expression, `\`${diff.kind}\``, env)
  if (env.report.errorCount() > before || value.kind !== 'call') return 'wrong'
  return value
}

function meetsExpectation(
  expect: Expression | undefined,
  diff: StructuralDiff,
  { matches }: Selection,
  env: Environment,
): boolean {
  if (expect === undefined) return true
  const wanted = evaluateAs(expect, { kind: 'int' }, '`expect`', env)
  if (wanted.kind !== 'number') return false
  if (wanted.value === matches.length) return true
  const labels = [{ span: diff.selector.span, message: `matches ${matches.length}` }]
  env.report.error('WM0409', expect.span, `wants ${wanted.value} matches, found ${matches.length}`, { labels })
  return false
}

/** A label stands for its whole statement: what is removed, or put before or after it, is so for the block as one. */
function keysFor(diff: StructuralDiff, { key, statement }: Application, by: Selection['by']): readonly string[] {
  if (by === 'kind' || diff.kind === 'replace' || diff.kind === 'wrap') return [key]
  if (diff.kind === 'remove') return statement
  const end = diff.position === 'before' ? statement[0] : statement.at(-1)
  return end === undefined ? [key] : [end]
}

function toEdit(
  diff: StructuralDiff,
  layer: CallValue | undefined,
  application: Application,
  env: Environment,
): SiteEdit | undefined {
  const { span } = diff
  if (diff.kind === 'remove') return { kind: 'remove', span }
  if (layer === undefined) return undefined
  if (diff.kind === 'replace') return { kind: 'replace', layer, span }
  if (diff.kind === 'insert') return { kind: 'insert', position: diff.position, layer, span }
  const parameter = findWrapped(diff, layer, application, env)
  return parameter === undefined ? undefined : { kind: 'wrap', block: layer, parameter, span }
}

/**
 * A define that gets a block around it stands elsewhere, and everything in it: what diffs did there would be lost without
 * a word.
 */
function canMove(diff: WrapDiff, matches: readonly Application[], env: Environment): boolean {
  const edited = matches.find(({ isEditedInside }) => isEditedInside)
  const outer = edited ?? matches.find((match, index) => isInside(matches[index + 1], match))
  if (outer === undefined) return true
  const labels = [{ span: outer.span, message: `this \`${outer.kind}\`` }]
  const [message, hint] =
    edited === undefined
      ? [
          `a \`${outer.kind}\` stands in another that is wrapped, too`,
          'wrap the outer one first, then the inner one by a diff of its own',
        ]
      : [
          `earlier diffs changed layers inside \`${outer.kind}\``,
          'wrap it first: the later diffs then find its layers inside the block',
        ]
  env.report.error('WM0412', diff.selector.span, message, { labels, hints: [hint] })
  return false
}

/** Whether an application is part of the body of the one before it. */
function isInside(application: Application | undefined, { key, role, kind }: Application): boolean {
  const site = key.slice(0, key.lastIndexOf('|'))
  if (application === undefined || !application.key.startsWith(`${site}/`)) return false
  const steps = application.key.slice(site.length + 1).split('/')
  const name = steps[0]?.startsWith('~') ? steps[1] : steps[0]
  return name === (role === 'layer' ? kind : `${role}:${kind}`)
}

/** The one parameter of the block that takes the wrapped layer. */
function findWrapped(diff: WrapDiff, block: CallValue, application: Application, env: Environment): string | undefined {
  const name = targetName(block.target)
  if (application.role === 'structure') {
    const labels = [{ span: application.span, message: 'this statement' }]
    const message = `\`${application.kind}\` is a structure, not a layer that ${name} could take`
    env.report.error('WM0412', diff.selector.span, message, { labels })
    return undefined
  }
  const open = parametersOf(block.target).filter(
    ({ name: own, type, default: initial }) =>
      type.kind === 'call' && type.registry === 'layer' && initial === undefined && !block.args.has(own),
  )
  const [parameter] = open
  if (block.target.kind === 'define' && parameter !== undefined && open.length === 1) return parameter.name
  const found = open.length === 0 ? 'has none' : `has ${open.map((item) => `\`${item.name}\``).join(' and ')}`
  const what = block.target.kind === 'define' ? `${name} ${found}` : `\`${name}\` is no define`
  const hints = [`define ${block.target.kind === 'define' ? name : 'gated'}(inner: layer, …) { … inner … }`]
  env.report.error(
    'WM0412',
    diff.block.span,
    `wants a define with one \`layer\` parameter that is not given; ${what}`,
    { hints },
  )
  return undefined
}

/** Counts the sites that lose an argument with this value. */
function noteDropped(original: CallValue, layer: CallValue, dropped: Dropped[]): void {
  for (const name of droppedBy(original, replaceCall(original, layer))) {
    const argument = original.args.get(name)
    if (argument === undefined) continue
    const text = describeValue(argument.value)
    const index = dropped.findIndex((item) => item.argument === name && item.value === text)
    const earlier = dropped[index]
    if (earlier === undefined) dropped.push({ argument: name, value: text, sites: 1 })
    else dropped[index] = { ...earlier, sites: earlier.sites + 1 }
  }
}
