import type { Span } from '../diagnostics/diagnostic.ts'
import { pickAlternative } from '../evaluate/alternate.ts'
import { type CallValue, parametersOf, targetName } from '../evaluate/value.ts'
import { layers } from '../layers/index.ts'
import { applyLayer, type Part, type Site } from './apply.ts'
import { type SiteEdit, siteKey } from './edits.ts'
import { type Elaboration, hasStopped } from './elaborate.ts'
import { endStatement } from './graph-builder.ts'
import type { Place } from './walk.ts'

/** A layer that stands where the source has another. */
export interface Replacement {
  readonly original: CallValue
  /** Of the diff. */
  readonly span: Span
  /** The replacing layer as the diff gives it, without the arguments kept from the original. */
  readonly given: CallValue
  /** Arguments of the original that the new layer does not have. */
  readonly dropped: readonly string[]
}

/** The sites of a statement's parts. */
export function siteKeysOf(parts: readonly Part[], state: Elaboration): readonly string[] {
  return parts.map(({ role }) => siteKey(state.path, role))
}

/**
 * Applies a part of a statement as the structural diffs have it: with what they put before and after it, and with the
 * layer itself, another in its place, or none.
 */
export function applyEdited(part: Part, site: Site, place: Place, state: Elaboration): void {
  const edits = state.edits.get(siteKey(state.path, part.role)) ?? []
  applyInserted(edits, 'before', part, site, place, state)
  // Of an `alternate` the turn is taken before diffs change the site: they must not shift the turns of others.
  const own = part.call.kind === 'call' ? { ...part, call: pickAlternative(part.call, state.counters) } : part
  const edited = editPart(own, edits)
  if (edited !== undefined && !hasStopped(state)) applyRecorded(edited, site, place, state)
  if (siteKey(state.path, part.role) === site.statement.at(-1) && !hasStopped(state)) site.onResult?.()
  applyInserted(edits, 'after', part, site, place, state)
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
    const own = { span, repetition, statement: siteKeysOf([inserted], state), label: undefined }
    applyEdited(inserted, own, place, state)
    endStatement(state.builder)
    state.path.pop()
  }
}

/** Replaced and wrapped in the order of the diffs; undefined where it is removed. */
function editPart(part: Part, edits: readonly SiteEdit[]): Part | undefined {
  let edited = part
  for (const edit of edits) {
    if (edit.kind === 'remove') return undefined
    const { call } = edited
    if (call.kind !== 'call') return edited
    if (edit.kind === 'replace') edited = { ...edited, ...replaceCall(call, edit.layer, edit.span) }
    else if (edit.kind === 'wrap') {
      const args = new Map([...edit.block.args, [edit.parameter, { value: call, span: edit.span }]])
      edited = { call: { ...edit.block, args }, role: edited.role }
    }
  }
  return edited
}

/** The new layer with the arguments that the original was given and both have; its own come first. */
export function replaceCall(
  original: CallValue,
  given: CallValue,
  span: Span,
): { readonly call: CallValue; readonly replaces: Replacement } {
  const names = new Set(parametersOf(given.target).map(({ name }) => name))
  const kept = [...original.args].filter(([name]) => names.has(name) && !given.args.has(name))
  const dropped = [...original.args.keys()].filter((name) => !names.has(name))
  const call: CallValue = { ...given, args: new Map([...given.args, ...kept]) }
  return { call, replaces: { original, span, given, dropped } }
}

function applyRecorded(part: Part, site: Site, place: Place, state: Elaboration): void {
  const { call } = part
  if (call.kind !== 'call') {
    state.failed = true
    return
  }
  const picked = pickAlternative(call, state.counters)
  record(picked, part.role, site, state)
  applyLayer({ ...part, call: picked }, site, place, state)
}

/** `none` adds nothing, so there is nothing to select. */
function record(call: CallValue, role: Part['role'], { label, statement, span }: Site, state: Elaboration): void {
  if (state.recording === undefined || isElided(call)) return
  const key = siteKey(state.path, role)
  const own = label === undefined || key !== statement[0] ? {} : { label }
  const kind = targetName(call.target)
  state.recording.applications.push({ key, statement, kind, role, call, scopes: [...state.scopes], span, ...own })
}

function isElided({ target }: CallValue): boolean {
  return target.kind === 'construct' && layers.get(target.construct.name)?.elided === true
}
