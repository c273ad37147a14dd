import type { PlacedBox, PlacedFrame, Rectangle } from './drawing.ts'
import { type Attributes, element, escapeXml } from './markup.ts'
import { codeWidth, metrics, pillWords, proseWidth, stripeHeight } from './measure.ts'
import type { Box, Part } from './model.ts'
import {
  boxBorder,
  codeFont,
  faint,
  familySurfaces,
  frameBorder,
  frameFills,
  paper,
  type Surface,
  statusStyles,
} from './style.ts'
import { countText, groupText, labelText, partLines, shapeText } from './words.ts'

const radius = 5

export function drawText(text: string, attributes: Attributes): string {
  return element('text', attributes, escapeXml(text))
}

export function drawFrame({ group, x, y, width, height, depth }: PlacedFrame): string {
  const { border, text, sign, dash } = statusStyles[group.status]
  const isSame = group.status === 'same'
  const isRepeat = group.structure === 'repeat'
  const name = `${sign === '' ? '' : `${sign} `}${groupText(group)}`
  const rectangle = element('rect', {
    x,
    y,
    width,
    height,
    rx: 8,
    fill: frameFills[depth % frameFills.length],
    stroke: isSame ? frameBorder : border,
    'stroke-width': isSame ? 1 : 1.8,
    'stroke-dasharray': isRepeat ? '2 3' : dash,
  })
  const title = { x: x + 9, y: y + 14, 'font-size': metrics.smallSize, 'font-weight': 600, fill: isSame ? faint : text }
  const count = countText(group.count)
  return element(
    'g',
    {},
    rectangle,
    name === '' ? '' : drawText(name, title),
    count === '' ? '' : drawCountInFrame(count, x + width, y),
  )
}

function drawCountInFrame(count: string, right: number, top: number): string {
  const width = codeWidth(count, metrics.smallSize) + 10
  const x = right - width - 5
  const badge = element('rect', { x, y: top + 4, width, height: 15, rx: 7.5, fill: '#37424d' })
  const words = {
    x: x + width / 2,
    y: top + 15.2,
    'font-size': metrics.smallSize,
    'font-weight': 700,
    'font-family': codeFont,
  }
  return badge + drawText(count, { ...words, fill: paper, 'text-anchor': 'middle' })
}

/** `isComparison`: colours tell what differs rather than what layers do. */
export function drawBox(placed: PlacedBox, isComparison: boolean): string {
  const { box, shape } = placed
  const body = shape === 'pill' ? drawPill(placed, isComparison) : drawCard(placed, isComparison)
  return element('g', {}, element('title', {}, escapeXml(describeBox(box))), drawStack(placed), body)
}

/** What a pointer resting on the box shows: the layers' names, which also name their weights. */
function describeBox({ parts, count }: Box): string {
  const names = parts.map(({ layer: { before, after } }) => {
    const [one, other] = [before?.name, after?.name]
    return one === undefined || other === undefined || one === other ? (other ?? one ?? '') : `${one} → ${other}`
  })
  return `${names.join(', ')}${count === 1 ? '' : ` and ${count - 1} more of each`}`
}

/** The edges of further sheets, and the count, of a box that stands for several. */
function drawStack({ box, x, y, width, height }: PlacedBox): string {
  if (box.count === 1) return ''
  const { stackOffset } = metrics
  const sheets = [2, 1].map((sheet) => {
    const shift = sheet * stackOffset
    return element('rect', { x: x + shift, y: y + shift, width, height, rx: radius, fill: paper, stroke: boxBorder })
  })
  const words = {
    x: x + width + 2 * stackOffset + 6,
    y: y + height / 2 + 4,
    'font-size': metrics.fontSize,
    'font-family': codeFont,
  }
  return `${sheets.join('')}${drawText(countText(box.count), { ...words, 'font-weight': 700, fill: faint })}`
}

function drawPill(placed: PlacedBox, isComparison: boolean): string {
  const { box, x, y, height } = placed
  const { name, label, shape } = pillWords(box)
  const style = statusStyles[box.status]
  const isSame = box.status === 'same'
  const surface: Surface = isComparison && !isSame ? style : { fill: paper, text: statusStyles.same.text }
  const line = y + height / 2 + 4
  let at = x + metrics.boxPadding
  const put = (text: string, wide: number, attributes: Attributes): string => {
    const drawn = drawText(text, { x: at, y: line, ...attributes })
    at += wide + 8
    return drawn
  }
  const code = { 'font-family': codeFont }
  const small = { 'font-size': metrics.smallSize, fill: isSame ? faint : surface.text }
  return [
    outline(placed, height / 2, surface.fill, placed.box.status),
    isSame ? '' : put(style.sign, 8, { ...code, 'font-weight': 700, fill: surface.text }),
    put(name, codeWidth(name, metrics.fontSize), {
      ...code,
      ...struck(box.status),
      'font-weight': 600,
      fill: surface.text,
    }),
    label === '' ? '' : put(label, proseWidth(label, metrics.smallSize), { ...small, 'font-style': 'italic' }),
    put(shape, codeWidth(shape, metrics.smallSize), { ...code, ...small, ...struck(box.status) }),
  ].join('')
}

function struck(status: Box['status']): Attributes {
  return status === 'removed' ? { 'text-decoration': 'line-through' } : {}
}

function outline({ x, y, width, height }: Rectangle, rx: number, fill: string, status: Box['status']): string {
  const { border, dash } = statusStyles[status]
  const isSame = status === 'same'
  return element('rect', {
    x,
    y,
    width,
    height,
    rx,
    fill,
    stroke: isSame ? boxBorder : border,
    'stroke-width': isSame ? 1 : 1.8,
    'stroke-dasharray': dash,
  })
}

function drawCard(placed: PlacedBox, isComparison: boolean): string {
  const { box, x, y, width, height } = placed
  let top = y
  const stripes = box.parts.map((part, index) => {
    const tall = stripeHeight(partLines(part).length)
    const drawn = drawStripe(part, { x, y: top, width, height: tall }, index === 0, isComparison)
    top += tall
    return drawn
  })
  const rule = element('path', { d: `M${x} ${top}h${width}`, stroke: '#c9d1d9', 'stroke-width': 1 })
  const frame = element('rect', { x, y, width, height, rx: radius, fill: 'none', ...borderOf(box) })
  const back = element('rect', { x, y, width, height, rx: radius, fill: paper })
  return [back, ...stripes, rule, drawFoot(placed, top), frame].join('')
}

function borderOf({ status }: Box): Attributes {
  const { border, dash } = statusStyles[status]
  const isSame = status === 'same'
  return { stroke: isSame ? boxBorder : border, 'stroke-width': isSame ? 1 : 1.8, 'stroke-dasharray': dash }
}

function drawStripe(part: Part, place: Rectangle, isFirst: boolean, isComparison: boolean): string {
  const { x, y, width, height } = place
  const { fill, text } = isComparison ? statusStyles[part.status] : familySurfaces[part.family]
  const top = isFirst
    ? `M${x} ${y + height}V${y + radius}q0 ${-radius} ${radius} ${-radius}h${width - 2 * radius}q${radius} 0 ${radius} ${radius}V${y + height}Z`
    : `M${x} ${y}h${width}v${height}h${-width}Z`
  const words = { 'font-family': codeFont, fill: text, 'text-anchor': 'middle', ...struck(part.status) }
  const lines = partLines(part).map((line, index) => {
    const baseline = y + metrics.stripePadding + 12 + index * metrics.lineHeight
    return drawText(line, { x: x + width / 2, y: baseline, ...words, 'font-weight': isFirst ? 600 : undefined })
  })
  const { sign } = statusStyles[part.status]
  const mark = { x: x + 7, y: y + metrics.stripePadding + 12, 'font-family': codeFont, 'font-weight': 700, fill: text }
  const rule = isFirst ? '' : element('path', { d: `M${x} ${y}h${width}`, stroke: paper })
  return [element('path', { d: top, fill }), rule, ...lines, sign === '' ? '' : drawText(sign, mark)].join('')
}

/** The label and the shape that the box puts out. */
function drawFoot({ box, x, y, width, height }: PlacedBox, top: number): string {
  const baseline = top + metrics.footHeight - 5
  const label = labelText(box)
  const hasOther = box.shape.before !== undefined && shapeText(box.shape).includes('→')
  const shape = {
    'font-family': codeFont,
    'font-size': metrics.smallSize,
    fill: hasOther ? statusStyles.changed.text : faint,
  }
  const surface = hasOther
    ? element('path', {
        d: `M${x} ${top}h${width}V${y + height - radius}q0 ${radius} ${-radius} ${radius}h${2 * radius - width}q${-radius} 0 ${-radius} ${-radius}Z`,
        fill: statusStyles.changed.fill,
      })
    : ''
  const words = shapeText(box.shape)
  if (label === '')
    return surface + drawText(words, { x: x + width / 2, y: baseline, 'text-anchor': 'middle', ...shape })
  const name = {
    x: x + metrics.boxPadding,
    y: baseline,
    'font-size': metrics.smallSize,
    'font-style': 'italic',
    fill: faint,
  }
  return (
    surface +
    drawText(label, name) +
    drawText(words, { x: x + width - metrics.boxPadding, y: baseline, 'text-anchor': 'end', ...shape })
  )
}
