import type { Span } from '../../diagnostics/diagnostic.ts'
import type { CheckedNetwork, Setting } from '../../elaborate/elaborate.ts'
import { coerce } from '../../evaluate/coerce.ts'
import { createReporter } from '../../evaluate/reporter.ts'
import { numberValue, type Value } from '../../evaluate/value.ts'
import type { NumericDomain, Type } from '../../registry/params.ts'
import { currentValue } from '../targets.ts'
import type { MovedPart } from './targets.ts'

/** Where no target has a maximum, the lead is tried up to here, or to the value that it has. */
const largestLead = 65_536

/** The values of each part, in the order of the parts. */
export type Values = readonly (readonly number[])[]

/**
 * The ways in which the targets of a budget move together: one for each value of the lead (the largest of them),
 * the others in the proportion that they have to it.
 */
export interface Move {
  readonly parts: readonly MovedPart[]
  /** How many values the lead can have. */
  readonly count: number
  /** Whether the lead ends where the targets' types say, and not at wmnet's own limit. */
  readonly bounded: boolean
  /** The index of the values that the targets have. */
  readonly start: number
  /** The lead's value at an index from 0, rising. */
  leadAt(index: number): number
  /** max(1, round(value · m / lead)) for each target, where the lead is m. */
  valuesAt(index: number): Values
  /** Whether every value is one that its parameter takes. */
  fits(values: Values): boolean
  settingsFor(values: Values): ReadonlyMap<string, Setting>
}

/** @param span the diff: the place of the settings that it makes */
export function createMove(
  parts: readonly MovedPart[],
  { network, settings }: { readonly network: CheckedNetwork; readonly settings: ReadonlyMap<string, Setting> },
  span: Span,
): Move {
  const { values, type } = findLead(parts)
  const current = new Map(parts.map(({ parameter }) => [parameter, currentValue(parameter, settings, network)]))
  const lead = Math.max(...values)
  const leads = leadsOf(domainOf(type)?.oneOf, rangeOf(parts, lead))
  return {
    parts,
    ...leads,
    start: leads.indexOf(lead),
    valuesAt(index) {
      const m = leads.leadAt(index)
      return parts.map((part) => part.values.map((value) => Math.max(1, Math.round((value * m) / lead))))
    },
    fits(candidate) {
      const report = createReporter()
      parts.forEach((part, index) => {
        for (const value of candidate[index] ?? []) coerce(numberValue(value), part.type, span, '', report)
      })
      return report.errorCount() === 0
    },
    settingsFor(candidate) {
      const moved = new Map(settings)
      parts.forEach((part, index) => {
        const { name } = part.parameter
        const before = moved.get(name)?.value ?? current.get(part.parameter)
        moved.set(name, { value: withItems(before, part, (candidate[index] ?? []).map(numberValue)), span })
      })
      return moved
    },
  }
}

/** The part that holds the largest value; the first of several. */
function findLead(parts: readonly MovedPart[]): MovedPart {
  const largest = Math.max(...parts.flatMap(({ values }) => values))
  const lead = parts.find(({ values }) => values.includes(largest))
  if (lead === undefined) throw new Error('a budget without targets')
  return lead
}

interface Leads extends Pick<Move, 'count' | 'bounded' | 'leadAt'> {
  indexOf(value: number): number
}

function leadsOf(choices: readonly number[] | undefined, { least, most, bounded }: Range): Leads {
  if (choices === undefined) {
    const count = Math.max(0, most - least + 1)
    return { count, bounded, leadAt: (index) => least + index, indexOf: (value) => value - least }
  }
  const leads = [...new Set(choices)].filter((value) => Number.isInteger(value) && value >= least && value <= most)
  leads.sort((a, b) => a - b)
  const indexOf = (value: number) => leads.indexOf(value)
  return { count: leads.length, bounded, leadAt: (index) => leads[index] ?? 0, indexOf }
}

interface Range {
  readonly least: number
  readonly most: number
  /** Whether a type says where it ends. */
  readonly bounded: boolean
}

/** The leads with which no target lies below or above all that its type takes. */
function rangeOf(parts: readonly MovedPart[], lead: number): Range {
  const bounds = parts.flatMap((part) => {
    const { oneOf, min, max } = domainOf(part.type) ?? {}
    const [low, high] = oneOf === undefined ? [min, max] : [Math.min(...oneOf), Math.max(...oneOf)]
    return part.values.map((value) => ({
      // Small values are raised to 1, so that only a minimum above it rules leads out.
      least: low === undefined || low <= 1 ? 1 : Math.ceil(((low - 0.5) * lead) / value - 1e-6),
      most: high === undefined ? undefined : Math.floor(((high + 0.5) * lead) / value + 1e-6),
    }))
  })
  const ends = bounds.flatMap(({ most }) => (most === undefined ? [] : [most]))
  return {
    least: Math.max(1, ...bounds.map(({ least }) => least)),
    most: ends.length === 0 ? Math.max(largestLead, lead) : Math.min(...ends),
    bounded: ends.length > 0,
  }
}

function domainOf(type: Type): NumericDomain | undefined {
  return type.kind === 'int' ? type.domain : undefined
}

/** A parameter's value with what a part has of it replaced. */
export function withItems(before: Value | undefined, part: MovedPart, items: readonly Value[]): Value {
  const [only = numberValue(0)] = items
  if (part.places === undefined) return only
  if (before?.kind !== 'list') throw new Error(`\`${part.parameter.name}\` is no list`)
  const { places } = part
  return { kind: 'list', items: before.items.map((item, place) => items[places.indexOf(place)] ?? item) }
}
