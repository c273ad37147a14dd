import type { Drawing } from './drawing.ts'
import { createLayoutTree } from './layout-tree.ts'
import { element, escapeXml, printNumber } from './markup.ts'
import { measureTree, metrics, proseWidth } from './measure.ts'
import type { Item, Picture, Status } from './model.ts'
import { placeTree } from './place.ts'
import { routeEdges } from './routes.ts'
import { faint, ink, paper, proseFont, statusStyles } from './style.ts'
import { drawBox, drawFrame, drawText } from './svg-boxes.ts'
import { drawDot, drawLines } from './svg-lines.ts'
import { describePicture, titleText, totalLines } from './words.ts'

/** A drawing of more boxes than this shows nobody anything. */
export const maxBoxes = 2000

const margin = 18
const titleSize = 15
const captionSize = 12
const captionLine = 17

/**
 * The picture as a file of its own: no scripts, no styles that leak into a page, nothing fetched. It has its own
 * background, so that it can be read on a light and on a dark page.
 */
export function renderSvg(picture: Picture): string {
  const tree = createLayoutTree(picture)
  const routes = routeEdges(picture.edges, tree)
  const drawing = placeTree(tree, routes, measureTree(tree, routes))
  const caption = drawCaption(picture)
  const width = Math.ceil(Math.max(drawing.width, caption.width) + 2 * margin)
  const height = Math.ceil(caption.height + drawing.height + 2 * margin)
  const at = `translate(${printNumber((width - drawing.width) / 2)} ${printNumber(margin + caption.height)})`
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'font-family': proseFont,
    'font-size': metrics.fontSize,
  }
  const lines = [
    element('title', {}, escapeXml(titleText(picture))),
    element('desc', {}, escapeXml(describePicture(picture))),
    element('rect', { width, height, fill: paper }),
    ...caption.markup,
    ...drawParts(drawing, at, picture.variants.length > 1),
  ]
  return `${element('svg', root, `\n${lines.join('\n')}\n`)}\n`
}

function drawParts(drawing: Drawing, transform: string, isComparison: boolean): readonly string[] {
  const frames = drawing.frames.map(drawFrame)
  return [
    `<g transform="${transform}">`,
    ...frames,
    '<g fill="none">',
    ...drawLines(drawing.lines),
    '</g>',
    ...drawing.dots.map(drawDot),
    ...drawing.boxes.map((box) => drawBox(box, isComparison)),
    '</g>',
  ]
}

interface Caption {
  readonly markup: readonly string[]
  readonly width: number
  readonly height: number
}

function drawCaption(picture: Picture): Caption {
  const title = titleText(picture)
  const totals = totalLines(picture)
  const legend = picture.variants.length > 1 ? legendOf(picture) : []
  const first = margin + titleSize
  const lines = totals.map((line, index) =>
    drawText(line, { x: margin, y: first + 18 + index * captionLine, 'font-size': captionSize, fill: faint }),
  )
  const legendTop = first + 18 + totals.length * captionLine - 4
  const swatches = drawLegend(legend, legendTop)
  const widths = [proseWidth(title, titleSize), ...totals.map((line) => proseWidth(line, captionSize)), swatches.width]
  return {
    markup: [
      drawText(title, { x: margin, y: first, 'font-size': titleSize, 'font-weight': 700, fill: ink }),
      ...lines,
      ...swatches.markup,
    ],
    width: Math.max(...widths),
    height: titleSize + 18 + totals.length * captionLine + (legend.length > 0 ? 24 : 0) + 8,
  }
}

/** What each colour, sign and kind of line says, as far as the picture has it. */
function legendOf({ items, edges }: Picture): readonly Status[] {
  const found = new Set<Status>([
    ...statusesOf(items),
    ...edges.flatMap(({ status, implied }) => (implied ? [] : [status])),
  ])
  return (['added', 'removed', 'changed', 'same'] as const).filter((status) => found.has(status))
}

function statusesOf(items: readonly Item[]): readonly Status[] {
  return items.flatMap((item) => [
    item.status,
    ...(item.kind === 'group' ? statusesOf(item.items) : item.parts.map(({ status }) => status)),
  ])
}

function drawLegend(
  entries: readonly Status[],
  top: number,
): { readonly markup: readonly string[]; readonly width: number } {
  let x = margin
  const markup = entries.map((status) => {
    const words = status === 'same' ? 'same in both' : status
    const { fill, text, border, sign, dash } = statusStyles[status]
    const box = element('rect', {
      x,
      y: top,
      width: 22,
      height: 14,
      rx: 3,
      fill,
      stroke: border,
      'stroke-width': 1.4,
      'stroke-dasharray': dash,
    })
    const mark =
      sign === ''
        ? ''
        : drawText(sign, { x: x + 11, y: top + 11.5, 'text-anchor': 'middle', 'font-weight': 700, fill: text })
    const name = drawText(words, { x: x + 28, y: top + 11, 'font-size': captionSize, fill: faint })
    x += 28 + proseWidth(words, captionSize) + 16
    return box + mark + name
  })
  return { markup, width: x - margin }
}
