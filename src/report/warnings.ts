import type { RunResult } from '../study/results.ts'
import { cleanLine, joinWords } from './text.ts'

/** One rule that fired in the run, with everything it said and of which variants. */
export interface WarningGroup {
  /** From 1: the mark beside the variants' names. */
  readonly number: number
  readonly rule: string
  readonly variants: readonly string[]
  readonly messages: readonly { readonly text: string; readonly where: string }[]
}

interface Sighting {
  readonly variant: string
  readonly trials: number[]
}

/** Warnings by rule, each message once, with the variants (and the trials, where not all of them) it was raised for. */
export function warningsOf(run: RunResult): readonly WarningGroup[] {
  const rules = new Map<string, Map<string, Sighting[]>>()
  for (const variant of run.variants) {
    for (const trial of variant.trials) {
      for (const warning of trial.warnings) {
        const messages = entry(rules, warning.rule, () => new Map<string, Sighting[]>())
        const sightings = entry(messages, warning.message, () => [])
        const known = sightings.find((sighting) => sighting.variant === variant.name)
        if (known === undefined) sightings.push({ variant: variant.name, trials: [trial.trial] })
        else if (!known.trials.includes(trial.trial)) known.trials.push(trial.trial)
      }
    }
  }
  return [...rules.entries()].map(([rule, messages], index) => ({
    number: index + 1,
    rule,
    variants: [...new Set([...messages.values()].flat().map((sighting) => sighting.variant))],
    messages: [...messages.entries()].map(([text, sightings]) => ({
      text: cleanLine(text),
      where: where(run, sightings),
    })),
  }))
}

function where(run: RunResult, sightings: readonly Sighting[]): string {
  const parts = sightings.map(({ variant, trials }) => {
    const total = run.variants.find((candidate) => candidate.name === variant)?.trials.length ?? 0
    const name = cleanLine(variant)
    if (trials.length === total) return name
    return `${name} (trial${trials.length === 1 ? '' : 's'} ${joinWords(trials.map(String))})`
  })
  return joinWords(parts)
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const created = create()
  map.set(key, created)
  return created
}

/** The numbers of the warnings that concern a variant. */
export function marksOf(warnings: readonly WarningGroup[], variant: string): readonly number[] {
  return warnings.filter((warning) => warning.variants.includes(variant)).map((warning) => warning.number)
}
