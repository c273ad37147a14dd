import type { Span } from '../diagnostics/diagnostic.ts'
import { pickAlternative } from '../evaluate/alternate.ts'
import { type CallValue, parametersOf, targetName } from '../evaluate/value.ts'
import { layers } from '../layers/index.ts'
import { applyLayer, type Part, type Site } from './apply.ts'
import { passOver } from './aside.ts'
import { checkReplacement } from './check-replacement.ts'
import { editsAt, type SiteEdit, siteKey } from './edits.ts'
import { type Elaboration, hasStopped } from './elaborate.ts'
import { endStatement } from './graph-builder.ts'
import type { Place } from './walk.ts'

/** A layer that stands where the source has another. */
export interface Replacement {
  /** What the source has. */
  readonly original: CallValue
  /** What stands there, with the arguments kept from the original. */
  readonly call: CallValue
  /** Of the last diff that replaced it. */
  readonly span: Span
}

/**
 * Applies a part of a statement as the structural diffs have it: with what they put before and after it, and with the
 * layer itself, another in its place, or none.
 */
export function applyEdited(part: Part, site: Site, place: Place, state: Elaboration): void {
  const edits = editsAt(state.edits, state.path, part.role)
  noteEdited(edits, state)
  applyInserted(edits, 'before', part, site, place, state)
  if (site.onStart !== undefined && part.role === site.roles[0]) site.onStart()
  // Of an `alternate` the turn is taken before diffs change the site: they must not shift the turns of others.
  const picked = part.call.kind === 'call' ? pickAlternative(part.call, state.counters) : part.call
  const own = picked === part.call ? part : { ...part, call: picked }
  if (!hasStopped(state)) applyInPlace(own, edits, site, place, state)
  if (site.onResult !== undefined && part.role === site.roles.at(-1) && !hasStopped(state)) site.onResult()
  applyInserted(edits, 'after', part, site, place, state)
}

/** The layer of the site, as the diffs have it. */
function applyInPlace(own: Part, edits: readonly SiteEdit[], site: Site, place: Place, state: Elaboration): void {
  const { call, role } = own
  if (call.kind === 'call' && call.target.kind === 'define' && edits.some(takesAway)) {
    passOver((unseen) => applyLayer({ call, role }, site, place, unseen), state)
  }
  const edited = editPart(own, edits)
  for (const replacement of edited.replacements) {
    if (!hasStopped(state)) checkReplacement(replacement, site, place, state)
  }
  if (edited.part !== undefined && !hasStopped(state)) applyRecorded(edited.part, site, place, state)
}

/**
 * Each diff puts its layer directly beside the site: the last one before it is nearest, and so is the last one after it.
 * What is put in has a site of its own, and is a statement of its own.
 */
export function applyInserted(
  edits: readonly SiteEdit[],
  position: 'before' | 'after',
  part: Pick<Part, 'role'> | { readonly role: 'structure' },
  site: Site,
  place: Place,
  state: Elaboration,
): void {
  if (edits.length === 0) return
  const numbered = [...edits.entries()].flatMap(([index, edit]) =>
    edit.kind === 'insert' && edit.position === position ? [{ index, edit }] : [],
  )
  if (position === 'after') numbered.reverse()
  for (const { index, edit } of numbered) {
    if (hasStopped(state)) return
    state.path.push(`${part.role}+${index}`)
    endStatement(state.builder)
    const inserted: Part = { call: edit.layer, role: 'layer' }
    const { span, repetition } = site
    const own = { span, repetition, roles: [inserted.role], label: undefined }
    applyEdited(inserted, own, place, state)
    endStatement(state.builder)
    state.path.pop()
  }
}

/** A part whose layer a diff brought has the diff's place among the edits of the site. */
interface EditedPart extends Part {
  readonly edition?: number
}

interface Edited {
  /** Undefined where it is removed. */
  readonly part?: EditedPart
  readonly replacements: readonly Replacement[]
}

const none: readonly Replacement[] = []

/** Replaced and wrapped in the order of the diffs. */
function editPart(own: Part, edits: readonly SiteEdit[]): Edited {
  if (edits.length === 0) return { part: own, replacements: none }
  let part: EditedPart = own
  const replacements: Replacement[] = []
  let replacement: Replacement | undefined
  for (const [edition, edit] of edits.entries()) {
    if (edit.kind === 'remove') return { replacements: [] }
    const { call } = part
    if (call.kind !== 'call' || edit.kind === 'insert') continue
    if (edit.kind === 'replace') {
      const replacing = replaceCall(call, edit.layer)
      replacement = { original: replacement?.original ?? call, call: replacing, span: edit.span }
      part = { ...part, call: replacing, edition }
    } else {
      if (replacement !== undefined) replacements.push(replacement)
      replacement = undefined
      const args = new Map([...edit.block.args, [edit.parameter, { value: call, span: edit.span }]])
      part = { ...part, call: { ...edit.block, args }, edition }
    }
  }
  return { part, replacements: replacement === undefined ? replacements : [...replacements, replacement] }
}

/** The new layer with the arguments that the original was given and both have; its own come first. */
export function replaceCall(original: CallValue, given: CallValue): CallValue {
  const names = new Set(parametersOf(given.target).map(({ name }) => name))
  const kept = [...original.args].filter(([name]) => names.has(name) && !given.args.has(name))
  return { ...given, args: new Map([...given.args, ...kept]) }
}

/** The arguments of the original that what stands in its place has not. */
export function droppedBy(original: CallValue, call: CallValue): readonly string[] {
  return [...original.args.keys()].filter((name) => !call.args.has(name))
}

function applyRecorded(part: EditedPart, site: Site, place: Place, state: Elaboration): void {
  const { call, role, edition } = part
  if (call.kind !== 'call') {
    state.failed = true
    return
  }
  const picked = pickAlternative(call, state.counters)
  const { recording } = state
  const at = record(picked, role, site, state)
  const before = recording?.edited ?? 0
  // What a diff brought is new, even if it has the name of what stood there: edits inside the one do not hold for the other.
  const isNew = edition !== undefined && picked.target.kind === 'define'
  if (isNew) state.path.push(`~${edition}`)
  applyLayer({ call: picked, role }, site, place, state)
  if (isNew) state.path.pop()
  const application = recording?.applications[at]
  if (application === undefined || recording === undefined || recording.edited === before) return
  recording.applications[at] = { ...application, isEditedInside: true }
}

/** Gives the application's place in the recording. `none` adds nothing: without a label there is nothing to select. */
function record(call: CallValue, role: Part['role'], { label, roles, span }: Site, state: Elaboration): number {
  if (state.recording === undefined) return -1
  const { applications } = state.recording
  const key = siteKey(state.path, role)
  const statement = roles.map((each) => siteKey(state.path, each))
  const own = label === undefined || role !== roles[0] ? {} : { label }
  if (isElided(call) && own.label === undefined) return -1
  const kind = targetName(call.target)
  return applications.push({ key, statement, kind, role, call, scopes: state.scopes.list, span, ...own }) - 1
}

/** Notes that what is being applied was edited: a block around it would take it elsewhere. */
export function noteEdited(edits: readonly SiteEdit[], { recording }: Elaboration): void {
  if (recording !== undefined && edits.length > 0) recording.edited++
}

/** Whether nothing of what the source has at the site is left. */
export function takesAway({ kind }: SiteEdit): boolean {
  return kind === 'remove' || kind === 'replace'
}

function isElided({ target }: CallValue): boolean {
  return target.kind === 'construct' && layers.get(target.construct.name)?.elided === true
}
