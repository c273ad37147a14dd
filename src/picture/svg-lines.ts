import type { PlacedDot, PlacedLine, Point } from './drawing.ts'
import { element, printNumber } from './markup.ts'
import { lineColor, statusStyles } from './style.ts'

const cornerRadius = 6
const headLength = 7
const headWidth = 6.4

/** Lines of both variants first, so that what differs is seen where they meet. */
export function drawLines(lines: readonly PlacedLine[]): readonly string[] {
  const ordered = [...lines].sort((a, b) => Number(a.status !== 'same') - Number(b.status !== 'same'))
  return ordered.map(drawLine)
}

function drawLine({ points, status, hasHead }: PlacedLine): string {
  const corners = points.filter((point, index) => !isSamePoint(point, points[index - 1]))
  const end = corners.at(-1)
  const before = corners.at(-2)
  if (end === undefined || before === undefined) return ''
  const direction: Point = [Math.sign(end[0] - before[0]), Math.sign(end[1] - before[1])]
  const tip: Point = [end[0] - direction[0] * (headLength - 1), end[1] - direction[1] * (headLength - 1)]
  const path = roundCorners(hasHead ? [...corners.slice(0, -1), tip] : corners)
  const { border, dash } = statusStyles[status]
  const isSame = status === 'same'
  const stroke = isSame ? lineColor : border
  const line = { d: path, stroke, 'stroke-width': isSame ? 1.4 : 2, 'stroke-dasharray': dash }
  return element('path', line) + (hasHead ? drawHead(end, direction, stroke) : '')
}

function isSamePoint(a: Point, b: Point | undefined): boolean {
  return b !== undefined && a[0] === b[0] && a[1] === b[1]
}

function drawHead([x, y]: Point, [dx, dy]: Point, color: string): string {
  const [backX, backY] = [x - dx * headLength, y - dy * headLength]
  const [sideX, sideY] = [(dy * headWidth) / 2, (dx * headWidth) / 2]
  const corners: readonly Point[] = [
    [x, y],
    [backX + sideX, backY - sideY],
    [backX - sideX, backY + sideY],
  ]
  return element('path', { d: `M${corners.map(printPoint).join('L')}Z`, fill: color })
}

export function drawDot({ at: [cx, cy], status }: PlacedDot): string {
  return element('circle', { cx, cy, r: 2.6, fill: status === 'same' ? lineColor : statusStyles[status].border })
}

function roundCorners(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]]
      if (before === undefined) return `M${printPoint(point)}`
      if (after === undefined) return `L${printPoint(point)}`
      const radius = Math.min(cornerRadius, distance(before, point) / 2, distance(point, after) / 2)
      return `L${printPoint(towards(point, before, radius))}Q${printPoint(point)} ${printPoint(towards(point, after, radius))}`
    })
    .join('')
}

function distance(a: Point, b: Point): number {
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1])
}

function towards(from: Point, to: Point, length: number): Point {
  return [from[0] + Math.sign(to[0] - from[0]) * length, from[1] + Math.sign(to[1] - from[1]) * length]
}

function printPoint([x, y]: Point): string {
  return `${printNumber(x)} ${printNumber(y)}`
}
