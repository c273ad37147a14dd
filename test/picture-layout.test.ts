import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../src/compile.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'
import type { Drawing, PlacedBox, PlacedLine, Point, Rectangle } from '../src/picture/drawing.ts'
import { createPicture, type Picture, renderDot, renderSvg } from '../src/picture/index.ts'
import { createLayoutTree } from '../src/picture/layout-tree.ts'
import { measureTree } from '../src/picture/measure.ts'
import { placeTree } from '../src/picture/place.ts'
import { routeEdges } from '../src/picture/routes.ts'
import { ablationSources, networkSources } from './picture-networks.ts'
import { runs } from './property/runs.ts'

const usual = runs(150)

function layOut(picture: Picture): Drawing {
  const tree = createLayoutTree(picture)
  const routes = routeEdges(picture.edges, tree)
  return placeTree(tree, routes, measureTree(tree, routes))
}

function draw(source: string, before?: string): Picture {
  const program = compile(source)
  expect(
    renderDiagnostics(
      program.diagnostics.filter(({ severity }) => severity === 'error'),
      program.sources,
      { color: false },
    ),
  ).toBe('')
  const variants = program.variants
  const after = variants.at(-1)
  if (after === undefined) throw new Error('no variant')
  return createPicture(after, before === undefined ? undefined : variants[0])
}

/** With a hair of room: borders may touch. */
function overlap(a: Rectangle, b: Rectangle): boolean {
  const room = 0.01
  return (
    a.x + room < b.x + b.width &&
    b.x + room < a.x + a.width &&
    a.y + room < b.y + b.height &&
    b.y + room < a.y + a.height
  )
}

function contains(outer: Rectangle, inner: Rectangle): boolean {
  const room = 0.01
  return (
    outer.x <= inner.x + room &&
    outer.y <= inner.y + room &&
    inner.x + inner.width <= outer.x + outer.width + room &&
    inner.y + inner.height <= outer.y + outer.height + room
  )
}

function segments({ points }: PlacedLine): readonly (readonly [Point, Point])[] {
  return points.slice(1).flatMap((point, index) => {
    const before = points[index]
    return before === undefined ? [] : [[before, point] as const]
  })
}

function onBorder([x, y]: Point, box: PlacedBox): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) < 0.01
  const inside =
    x >= box.x - 0.01 && x <= box.x + box.width + 0.01 && y >= box.y - 0.01 && y <= box.y + box.height + 0.01
  // A pill's corners are round: a line comes down on the curve.
  const isRound = box.shape === 'pill' && y < box.y + box.height / 2
  return inside && (near(x, box.x) || near(x, box.x + box.width) || near(y, box.y) || isRound)
}

/** The boxes that a line comes from, followed backwards through the lines that it continues or branches from. */
function sourcesOf(line: PlacedLine, drawing: Drawing, seen: Set<PlacedLine> = new Set()): ReadonlySet<number> {
  const [start] = line.points
  if (start === undefined || seen.has(line)) return new Set()
  seen.add(line)
  const above = drawing.boxes.find(({ x, y, width, height, box }) => {
    return start[0] > x && start[0] < x + width && Math.abs(start[1] - (y + height + (box.count > 1 ? 6 : 0))) < 0.01
  })
  if (above !== undefined) return new Set([above.box.id])
  const before = drawing.lines.filter(
    (other) => other !== line && segments(other).some((segment) => leadsThrough(segment, start)),
  )
  return new Set(before.flatMap((other) => [...sourcesOf(other, drawing, seen)]))
}

/** Down to the point or past it; or sideways to it. */
function leadsThrough([from, to]: readonly [Point, Point], [x, y]: Point): boolean {
  const isEnd = to[0] === x && to[1] === y
  const passes = from[0] === x && to[0] === x && from[1] < y && y < to[1]
  return isEnd || passes
}

function checkPlaces(drawing: Drawing): void {
  const { boxes, frames } = drawing
  boxes.forEach((box, index) => {
    expect(contains({ x: 0, y: 0, width: drawing.width, height: drawing.height }, box)).toBe(true)
    for (const other of boxes.slice(index + 1))
      expect(overlap(box, other), `boxes ${box.box.id} and ${other.box.id}`).toBe(false)
    for (const frame of frames)
      expect(!overlap(frame, box) || contains(frame, box), `box ${box.box.id} and a frame`).toBe(true)
  })
  frames.forEach((frame, index) => {
    for (const other of frames.slice(index + 1)) {
      expect(!overlap(frame, other) || contains(frame, other) || contains(other, frame)).toBe(true)
    }
  })
}

test('boxes do not overlap, and stand in their frames whole', () => {
  fc.assert(
    fc.property(networkSources, (source) => checkPlaces(layOut(draw(source)))),
    usual,
  )
  fc.assert(
    fc.property(ablationSources, (source) => checkPlaces(layOut(draw(source, 'base')))),
    usual,
  )
})

test('lines are horizontal and vertical, and none passes a box', () => {
  fc.assert(
    fc.property(networkSources, (source) => {
      const drawing = layOut(draw(source))
      for (const line of drawing.lines) {
        for (const [a, b] of segments(line)) {
          expect(a[0] === b[0] || a[1] === b[1]).toBe(true)
          const bar = {
            x: Math.min(a[0], b[0]),
            y: Math.min(a[1], b[1]),
            width: Math.abs(a[0] - b[0]),
            height: Math.abs(a[1] - b[1]),
          }
          for (const { box, x, y, width, height } of drawing.boxes) {
            const inside = { x: x + 4, y: y + 4, width: width - 8, height: height - 8 }
            expect(
              bar.x < inside.x + inside.width &&
                inside.x < bar.x + bar.width &&
                bar.y < inside.y + inside.height &&
                inside.y < bar.y + bar.height,
              `a line and box ${box.id}`,
            ).toBe(false)
          }
        }
      }
    }),
    usual,
  )
})

test('each edge has an arrowhead, and its line comes from the edge’s source alone', () => {
  fc.assert(
    fc.property(networkSources, (source) => {
      const picture = draw(source)
      const drawing = layOut(picture)
      const found = drawing.lines.flatMap((line) => {
        const end = line.points.at(-1)
        if (!line.hasHead || end === undefined) return []
        const targets = drawing.boxes.filter((box) => onBorder(end, box))
        expect(targets).toHaveLength(1)
        return [`${[...sourcesOf(line, drawing)].join(',')}-${targets[0]?.box.id}`]
      })
      expect(found.sort()).toEqual(picture.edges.map(({ from, to }) => `${from}-${to}`).sort())
    }),
    usual,
  )
})

test('pictures hold every layer, and are the same each time', () => {
  const count = (items: Picture['items']): number =>
    items.reduce((sum, item) => sum + item.count * (item.kind === 'group' ? count(item.items) : item.parts.length), 0)
  fc.assert(
    fc.property(networkSources, (source) => {
      const program = compile(source)
      const picture = draw(source)
      expect(count(picture.items) - 2).toBe(program.variants[0]?.graph.nodes.length)
      expect(renderSvg(draw(source))).toBe(renderSvg(picture))
      expect(renderDot(draw(source))).toBe(renderDot(picture))
    }),
    runs(50),
  )
})
