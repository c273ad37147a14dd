import { type Graph, printShape, shapeOf } from '../../../graph/graph.ts'
import { type Line, mergeLines, textOf } from '../lines.ts'
import { camel, type FunctionPart } from '../module.ts'
import type { DefineItem } from '../tree.ts'
import { fresh } from '../types.ts'
import type { DefineBody } from './body.ts'
import { fillHoles, type Hole, hole, holesOf, skeletonOf, type Variation, variationsOf } from './holes.ts'

/** The functions of defines. What differs between the uses of one becomes a parameter once all are known. */
export interface DefineFunctions {
  call(item: DefineItem, body: DefineBody, args: readonly string[]): string
  /** Lines that call them, with the arguments that count. */
  finish(lines: readonly Line[]): readonly Line[]
  /** Those that these lines need, directly or through others. */
  partsFor(lines: readonly Line[]): readonly FunctionPart[]
}

interface Uses {
  readonly name: string
  readonly item: DefineItem
  readonly body: DefineBody
  readonly bodies: (readonly Line[])[]
  readonly shapes: Set<string>
}

export function createDefineFunctions(graph: Graph, taken: Set<string>): DefineFunctions {
  const all = new Map<string, Uses>()
  const variationsBy = new Map<string, readonly Variation[]>()
  const variationsFor = (name: string): readonly Variation[] => {
    const uses = [...all.values()].find((one) => one.name === name)
    const known = variationsBy.get(name) ?? variationsOf((uses?.bodies ?? []).map((each) => holesOf(textOf(each))))
    variationsBy.set(name, known)
    return known
  }
  const isKept = (argument: string): boolean => {
    const [name = '', index] = argument.split('#')
    return variationsFor(name).some(({ holes }) => holes[0] === Number(index))
  }
  const finish = (lines: readonly Line[], fill: (hole: Hole, index: number) => string = ({ value }) => value) => {
    const filled = fillHoles(lines, (each, index) => {
      return each.argument !== '' && !isKept(each.argument) ? dropped : fill(each, index)
    })
    return mapTexts(filled, (text) => text.replaceAll(`, ${dropped}`, '').replace(/\b(\w+): \1\b/g, '$1'))
  }
  const toPart = ({ name, item, body, bodies, shapes }: Uses): FunctionPart => {
    const variations = variationsFor(name)
    const text = textOf(finish(bodies[0] ?? [], () => ''))
    const own = new Set([...text.matchAll(/\b([A-Za-z_]\w*)\b(?!:)/g)].map(([, word = '']) => word))
    const parameters = variations.map(({ hint }) => fresh(hint, own))
    const fill = ({ value }: Hole, index: number) =>
      parameters[variations.findIndex(({ holes }) => holes.includes(index))] ?? value
    return {
      doc: [`\`${item.name}\`: ${[...shapes].join(', ')}.`],
      name,
      parameters: [
        'x: tfl.SymbolicTensor',
        ...(body.isNamed ? ['name: string'] : []),
        ...body.extra.map((extra) => `${extra}: tfl.SymbolicTensor`),
        ...parameters.map((parameter) => `${parameter}: number`),
      ],
      result: 'tfl.SymbolicTensor',
      lines: mergeLines(bodies.map((lines) => finish(lines, fill))),
    }
  }
  return {
    call(item, body, args) {
      const key = [item.name, body.isNamed, ...body.extra, skeletonOf(textOf(body.lines))].join('\n')
      const known = all.get(key) ?? createUses(item, body, fresh(camel(item.name), taken))
      all.set(key, known)
      known.bodies.push(body.lines)
      known.shapes.add(describeShapes(item, graph))
      const numbers = holesOf(textOf(body.lines)).map(({ hint, value }, i) => hole(hint, value, `${known.name}#${i}`))
      return `${known.name}(${[...args, ...numbers].join(', ')})`
    },
    finish: (lines) => finish(lines),
    partsFor(lines) {
      const parts = new Map([...all.values()].map((uses) => [uses.name, toPart(uses)]))
      const needed = new Set<FunctionPart>()
      const visit = (text: string): void => {
        for (const [name, part] of parts) {
          if (needed.has(part) || !new RegExp(`\\b${name}\\(`).test(text)) continue
          needed.add(part)
          visit(textOf(part.lines))
        }
      }
      visit(textOf(lines))
      return [...needed]
    },
  }
}

const dropped = '⟦⟧'

function createUses(item: DefineItem, body: DefineBody, name: string): Uses {
  return { name, item, body, bodies: [], shapes: new Set() }
}

function describeShapes({ nodes }: DefineItem, graph: Graph): string {
  const input = shapeOf(graph, nodes[0]?.inputs[0] ?? 0)
  return `${printShape(input)} to ${printShape(nodes.at(-1)?.shape ?? [])}`
}

function mapTexts(lines: readonly Line[], change: (text: string) => string): readonly Line[] {
  const map = <L extends Line>(each: L): L => {
    if (each.kind === 'text') return { ...each, text: change(each.text) }
    const own = { ...each, head: change(each.head), body: each.body.map(map) }
    return each.next === undefined ? own : { ...own, next: map(each.next) }
  }
  return lines.map(map)
}
