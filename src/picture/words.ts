import type { Box, Group, Item, Part, Picture, PictureVariant, ShapeRange, Sides, Status } from './model.ts'

/** Characters in a line of a box; a longer call goes on in the next line. */
const maxLine = 34

/** The words of a picture, the same in SVG and DOT. */

/** A part's call, both where they differ: `conv(8) → wm.unsharp(8)`. Several lines where it is long. */
export function partLines({ layer: { before, after } }: Part): readonly string[] {
  const call = (after ?? before)?.call ?? ''
  if (before === undefined || after === undefined || before.call === after.call) return wrapCall(call)
  const both = `${before.call} → ${after.call}`
  return both.length <= maxLine ? [both] : [...wrapCall(before.call), ...wrapCall(`→ ${after.call}`)]
}

/** `28×28×33`; `14×14×40…64` where each repetition adds channels; both where they differ. */
export function shapeText({ before, after }: Sides<ShapeRange>): string {
  const [one, other] = [before, after].map((range) => (range === undefined ? '' : rangeText(range)))
  return one === '' || other === '' || one === other ? `${other === '' ? one : other}` : `${one} → ${other}`
}

function rangeText({ first, last }: ShapeRange): string {
  const [from, to] = [first.at(-1), last.at(-1)]
  return from === to ? first.join('×') : `${first.join('×')}…${to}`
}

/** `residual`, `bottleneck`; both where a comparison finds another define in its place. */
export function groupText({ name: { before, after } }: Pick<Group, 'name'>): string {
  if (before !== undefined && after !== undefined && before !== after) return `${before} → ${after}`
  return after ?? before ?? ''
}

export function labelText({ labels }: Box): string {
  return labels.length === 0 ? '' : `as ${labels.join(', ')}`
}

export function countText(count: number): string {
  return count === 1 ? '' : `×${count}`
}

/** `cnn (Table2 of SmallNet)`, `Tiny`, `cnn → unsharp (Table2 of SmallNet)` */
export function titleText({ network, variants }: Picture): string {
  const subjects = new Set(variants.map(({ subject }) => subject))
  const [subject = ''] = subjects
  const isBare = variants.length === 1 && variants[0]?.name === subject && subject === network
  if (isBare) return network
  if (subjects.size === 1) return `${variants.map(({ name }) => name).join(' → ')} (${subject} of ${network})`
  return variants.map(({ name, subject: of }) => (name === of ? name : `${of}.${name}`)).join(' → ')
}

/** The totals, a line each, with the change in a comparison. */
export function totalLines({ variants, differences }: Picture): readonly string[] {
  const [one, other] = variants
  if (one === undefined) return []
  const parameters = compareTotals(one, other, 'parameters', ({ parameters: { total } }) => total)
  const flops = compareTotals(one, other, 'FLOPs as written', (variant) => variant.flops)
  if (differences === undefined) return [`${parameters}, ${flops}`]
  const { changed, reshaped, added, removed } = differences
  const counts = [
    [changed, 'changed'],
    [reshaped, 'changed in shape alone'],
    [added, 'added'],
    [removed, 'removed'],
  ] as const
  const found = counts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]))
  return [parameters, flops, `layers: ${found.length === 0 ? 'none differ' : found.join(', ')}`]
}

function compareTotals(
  one: PictureVariant,
  other: PictureVariant | undefined,
  what: string,
  total: (variant: PictureVariant) => number,
): string {
  if (other === undefined) return `${group(total(one))} ${what}`
  const [from, to] = [total(one), total(other)]
  if (from === to) return `${group(from)} ${what} in both`
  const sign = to > from ? '+' : '−'
  const percent = (100 * Math.abs(to - from)) / from
  const change = percent >= 0.1 ? `${percent.toFixed(1)} %` : group(Math.abs(to - from))
  return `${group(from)} → ${group(to)} ${what} (${sign}${change})`
}

function group(value: number): string {
  return value.toLocaleString('en-US')
}

/** Breaks after commas; what is too long without one is cut hard, so that nothing leaves its box. */
function wrapCall(call: string): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of call.split(/(?<=, )/)) {
    if (line !== '' && (line + piece).trimEnd().length > maxLine) {
      lines.push(line.trimEnd())
      line = '  '
    }
    line += piece
    while (line.length > maxLine) {
      lines.push(line.slice(0, maxLine))
      line = `  ${line.slice(maxLine)}`
    }
  }
  return line.trim() === '' ? lines : [...lines, line.trimEnd()]
}

/** The picture in words, for those who do not see it. */
export function describePicture(picture: Picture): string {
  const layers = describeItems(picture.items)
  return `${totalLines(picture).join('; ')}. In forward order: ${layers.join('; ')}.`
}

/** More than so many boxes in words help nobody. */
const maxDescribed = 100

function describeItems(items: readonly Item[]): readonly string[] {
  const all = items.flatMap((item): readonly string[] => {
    if (item.kind === 'box') return [describeBoxInWords(item)]
    const name = groupText(item) === '' ? 'repeat' : groupText(item)
    return [
      `${describeStatus(item.status)}${name}${item.count === 1 ? '' : ` ${item.count} times`} (${describeItems(item.items).join('; ')})`,
    ]
  })
  return all.length <= maxDescribed ? all : [...all.slice(0, maxDescribed), `and ${all.length - maxDescribed} more`]
}

function describeBoxInWords(box: Box): string {
  const calls = box.parts.map((part) => `${describeStatus(part.status)}${partLines(part).join(' ')}`)
  const label = labelText(box) === '' ? '' : ` ${labelText(box)}`
  return `${calls.join(', ')}${label} gives ${shapeText(box.shape)}${box.count === 1 ? '' : `, ${box.count} times`}`
}

function describeStatus(status: Status): string {
  return status === 'same' ? '' : `${status} `
}
