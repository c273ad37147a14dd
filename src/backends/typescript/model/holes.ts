import type { Line } from '../lines.ts'

/** A number in a text that may be another one where the same text stands again. */
export interface Hole {
  /** Names the number where it becomes a variable. */
  readonly hint: string
  /** The number, or the variable that it has become. */
  readonly value: string
  /** Of an argument: whose and which, so that it can be left out again. */
  readonly argument: string
}

// These brackets stand in no source: names are of letters and digits.
const pattern = /⟦(\w+)\|([^|⟧]*)\|([^⟧]*)⟧/g

export function hole(hint: string, value: string, argument = ''): string {
  return `⟦${hint}|${value}|${argument}⟧`
}

export function holesOf(text: string): readonly Hole[] {
  return [...text.matchAll(pattern)].map(([, hint = '', value = '', argument = '']) => ({ hint, value, argument }))
}

/** The same for texts that differ in numbers alone. */
export function skeletonOf(text: string): string {
  return text.replace(pattern, (_match, hint: string, _value, argument: string) => hole(hint, '', argument))
}

/** The lines with each hole replaced, in the order in which `textOf` has them. */
export function fillHoles(lines: readonly Line[], replace: (hole: Hole, index: number) => string): readonly Line[] {
  let index = 0
  const fill = (text: string) =>
    text.replace(pattern, (_match, hint: string, value: string, argument: string) =>
      replace({ hint, value, argument }, index++),
    )
  const fillLine = <L extends Line>(each: L): L => {
    if (each.kind === 'text') return { ...each, text: fill(each.text) }
    const head = fill(each.head)
    const body = each.body.map(fillLine)
    return each.next === undefined ? { ...each, head, body } : { ...each, head, body, next: fillLine(each.next) }
  }
  return lines.map(fillLine)
}

/** Numbers at the same hole of several texts: where they differ, and which holes always have the same. */
export interface Variation {
  readonly hint: string
  readonly values: readonly string[]
  readonly holes: readonly number[]
}

/** The holes whose numbers differ between texts, those that agree everywhere together. */
export function variationsOf(texts: readonly (readonly Hole[])[]): readonly Variation[] {
  const variations = new Map<string, { hint: string; values: readonly string[]; holes: number[] }>()
  for (const [index, { hint }] of (texts[0] ?? []).entries()) {
    const values = texts.map((holes) => holes[index]?.value ?? '')
    if (new Set(values).size === 1) continue
    const known = variations.get(values.join())
    if (known === undefined) variations.set(values.join(), { hint, values, holes: [index] })
    else known.holes.push(index)
  }
  return [...variations.values()]
}
