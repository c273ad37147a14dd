import type { Graph, GraphNode, Shape } from '../src/graph/graph.ts'
import { layers } from '../src/layers/index.ts'
import type { LayerSpec } from '../src/layers/layer.ts'
import { catalog } from '../src/registry/catalog.ts'
import { entryOf, type ResolvedCall } from '../src/registry/construct.ts'
import type { ArgValue, RegistryName, Type } from '../src/registry/params.ts'

/** Reads a registry example such as `conv(8, k=3, init=he(uniform))`, with every default filled in. Labels are left out. */
export function readCall(registry: RegistryName, text: string): ResolvedCall {
  const match = /^([\w.]+)(?:\((.*)\))?$/s.exec(text.trim())
  const spec = catalog[registry].get(match?.[1] ?? '')
  if (match === null || spec === undefined) throw new Error(`cannot read the ${registry} '${text}'`)
  const given = new Map<string, string>()
  splitArguments(match[2] ?? '').forEach((part, position) => {
    const named = /^(\w+)\s*=(.*)$/s.exec(part)
    const name = named?.[1] ?? Object.keys(spec.params)[position] ?? ''
    given.set(name, (named?.[2] ?? part).trim())
  })
  const args: Record<string, ArgValue> = {}
  for (const [name, param] of Object.entries(spec.params)) {
    const source = given.get(name)
    given.delete(name)
    if (param.type.kind === 'label') continue
    if (source !== undefined) args[name] = readValue(param.type, source)
    else if (param.default?.kind === 'value') args[name] = param.default.value
    else if (param.default?.kind === 'sameAs') args[name] = args[param.default.parameter] ?? null
    else throw new Error(`'${text}' lacks '${name}'`)
  }
  if (given.size > 0) throw new Error(`'${text}' has unknown arguments ${[...given.keys()].join(', ')}`)
  return { registry, name: spec.name, args }
}

/** A chain of layers as a graph; merges get the network's input of their statement twice. */
export function chain(input: Shape, ...calls: readonly string[]): Graph {
  const nodes: GraphNode[] = []
  let shape = input
  calls.forEach((text, index) => {
    const call = readCall('layer', text)
    const spec = entryOf(layers, call)
    const inputs = spec.inputs === 'many' ? [index, index] : [index]
    shape = shapeFor(
      spec,
      call,
      inputs.map(() => shape),
    )
    nodes.push({
      id: index + 1,
      name: `${call.name.replace('.', '_')}_${index + 1}`,
      call,
      role: 'layer',
      inputs,
      shape,
      origin: { span: noSpan, repetition: [], scopes: [], site: String(index), statement: index },
    })
  })
  return {
    network: 'Chain',
    input: { shape: input, range: [0, 1], span: noSpan },
    nodes,
    output: nodes.length,
    labels: {},
  }
}

export function shapeFor(spec: LayerSpec, call: ResolvedCall, inputs: readonly Shape[]): Shape {
  const result = spec.shape(call.args, inputs)
  if (!result.ok) throw new Error(`${spec.name} ${result.problem.message}`)
  return result.shape
}

/** An input that a layer's example accepts: a map, or a vector where it takes none. */
export function inputsFor(spec: LayerSpec, call: ResolvedCall): readonly Shape[] {
  for (const shape of [[12, 12, 4], [10]]) {
    const inputs = spec.inputs === 'many' ? [shape, shape] : [shape]
    if (spec.shape(call.args, inputs).ok) return inputs
  }
  throw new Error(`${spec.name} accepts neither a map nor a vector`)
}

const noSpan = { file: 'test', start: 0, end: 0 }

function splitArguments(text: string): readonly string[] {
  if (text.trim() === '') return []
  let depth = 0
  const parts = ['']
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map((part) => part.trim())
}

function readValue(type: Type, text: string): ArgValue {
  if (type.kind === 'call') return readCall(type.registry, text)
  if (type.kind === 'bool') return text === 'true'
  const value = Number(text)
  return Number.isNaN(value) ? text.replaceAll('"', '') : value
}
