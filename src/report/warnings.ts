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
  readonly trial: number
  /** How many trials of the variant it could have been seen in. */
  readonly trials: number
  readonly text: string
}

const NUMBER = /\d+(?:\.\d+)?(?:e[+-]?\d+)?/g

/**
 * Warnings by rule. Messages that differ in their numbers alone are one message with the numbers as ranges, followed
 * by the variants (and the trials, where not all of them) that it was raised for.
 */
export function warningsOf(run: RunResult): readonly WarningGroup[] {
  const rules = new Map<string, Map<string, Sighting[]>>()
  const add = (rule: string, sighting: Sighting): void => {
    const skeletons = entry(rules, rule, () => new Map<string, Sighting[]>())
    entry(skeletons, sighting.text.replace(NUMBER, '#'), () => []).push(sighting)
  }
  for (const { name: variant, trials, diverged } of run.variants) {
    for (const { trial, reason } of diverged) {
      const text = `${reason}. Trials that diverged are in none of the numbers.`
      add('training diverged', { variant, trial, trials: trials.length + diverged.length, text })
    }
    for (const { trial, warnings } of trials) {
      for (const { rule, message } of warnings) add(rule, { variant, trial, trials: trials.length, text: message })
    }
  }
  return [...rules.entries()].map(([rule, skeletons], index) => ({
    number: index + 1,
    rule: cleanLine(rule),
    variants: [...new Set([...skeletons.values()].flat().map((sighting) => sighting.variant))],
    messages: [...skeletons.values()].map((sightings) => ({
      text: cleanLine(mergeTexts(sightings.map((sighting) => sighting.text))),
      where: whereSeen(sightings),
    })),
  }))
}

/** Texts alike but for their numbers, as one text: `0.03–14 % of the test images …`. */
function mergeTexts(texts: readonly string[]): string {
  const numbers = texts.map((text) => text.match(NUMBER) ?? [])
  let position = 0
  return (texts[0] ?? '').replace(NUMBER, () => {
    const sorted = numbers.map((row) => row[position] ?? '').sort((a, b) => Number(a) - Number(b))
    position += 1
    const [least = '', most = ''] = [sorted[0], sorted.at(-1)]
    return least === most ? least : `${least}–${most}`
  })
}

function whereSeen(sightings: readonly Sighting[]): string {
  const parts = [...new Set(sightings.map((sighting) => sighting.variant))].map((variant) => {
    const own = sightings.filter((sighting) => sighting.variant === variant)
    const seen = new Set(own.map(({ trial }) => trial))
    const name = cleanLine(variant)
    if (seen.size === own[0]?.trials) return name
    return `${name} (trial${seen.size === 1 ? '' : 's'} ${joinWords([...seen].map(String))})`
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
