import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Program, Variant } from '../compile.ts'
import { systemReason } from '../data/failure.ts'
import { type Diagnostic, DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import { elements } from '../graph/cost.ts'
import type { Graph } from '../graph/graph.ts'
import { weightNames } from '../weights/names.ts'
import { decodeWeights, encodeWeights, type Weights } from '../weights/weights.ts'
import { removePartials, writeAtomically } from './atomic-write.ts'
import { compileDescribed, describeModel, type ModelDescription, readDescription } from './model-description.ts'

/** The files of a model's folder: what it is, its weights, and both as tfjs has them. */
export const modelFileNames = {
  description: 'wmnet.json',
  weights: 'weights.safetensors',
  tfjsModel: 'model.json',
  tfjsWeights: 'weights.bin',
} as const

/** A model's folder, read and checked. */
export interface StoredModel {
  readonly description: ModelDescription
  /** Compiled from the description's sources; its hash is the one that was trained. */
  readonly graph: Graph
  readonly weights: Weights
  /** The model on the current backend; starts the best one if none runs. */
  build(): Promise<LayersModel>
}

/**
 * Reads `wmnet.json` and `weights.safetensors` of a folder that `wmnet run` or `saveModel` wrote. Throws a DiagnosticError: WM1003
 * where the folder is none, WM1004 where the description does not give the network, WM1001 and WM1002 for the weights.
 */
export function openModel(folder: string): StoredModel {
  const path = join(folder, modelFileNames.description)
  const description = settle(readDescription(new TextDecoder().decode(readModelFile(folder, 'description')), path))
  const { graph } = settle(compileDescribed(description, path))
  checkOutputs(description, graph, path)
  const weights = readWeightsFile(folder, graph)
  return { description, graph, weights, build: () => buildStored(graph, weights) }
}

/** What `saveModel` is told of a model that was built by `compile(…).build` or `buildModel`. */
export interface SavedModel {
  readonly program: Program
  readonly variant: Variant
  readonly model: LayersModel
  /** One name for each output. */
  readonly classes: readonly string[]
}

/**
 * Writes a model's folder: `wmnet.json`, `weights.safetensors`, and `model.json` with `weights.bin`, which `tf.loadLayersModel` opens. Each
 * file is replaced as a whole. Throws a DiagnosticError (WM0805) where the folder cannot be written, a RangeError where `classes` are not
 * as many as the outputs.
 */
export async function saveModel(folder: string, { program, variant, model, classes }: SavedModel): Promise<void> {
  const { graph } = variant
  const outputs = model.outputs[0]?.shape.at(-1)
  if (outputs !== classes.length) throw new RangeError(`${classes.length} classes for ${outputs} outputs`)
  const { modelFiles, readWeights } = await import('../backends/tfjs/index.ts')
  const { json, weights } = await modelFiles(model)
  const { network, input } = graph
  const { subject, name, hash } = variant
  const sources = [...program.sources].map(([path, text]) => ({ path, text }))
  const described = { network, subject, variant: name, graphHash: hash, input, classes, training: null, sources }
  const safetensors = encodeWeights(graph, await readWeights(model, graph))
  for (const [file, content] of modelFolderFiles(describeModel(described), { json, weights, safetensors })) {
    writeAtomically(folder, file, content)
  }
  removePartials(folder)
}

/** By name; the description comes last, and makes the folder a model's. */
export function modelFolderFiles(
  description: string,
  {
    json,
    weights,
    safetensors,
  }: { readonly json: string; readonly weights: Uint8Array; readonly safetensors: Uint8Array },
): readonly (readonly [string, string | Uint8Array])[] {
  return [
    [modelFileNames.tfjsModel, json],
    [modelFileNames.tfjsWeights, weights],
    [modelFileNames.weights, safetensors],
    [modelFileNames.description, description],
  ]
}

async function buildStored(graph: Graph, weights: Weights): Promise<LayersModel> {
  const { assignWeights, buildModel, ensureBackend } = await import('../backends/tfjs/index.ts')
  const { createStream } = await import('../random/stream.ts')
  await ensureBackend()
  const model = buildModel(graph, { random: createStream(0, 'init') })
  assignWeights(model, graph, weights)
  return model
}

function readWeightsFile(folder: string, graph: Graph): Weights {
  const path = join(folder, modelFileNames.weights)
  return settle(decodeWeights(readModelFile(folder, 'weights', mostWeightBytes(graph)), graph, path))
}

/** More than any safetensors file of the graph has: what is larger is not read into memory. */
export function mostWeightBytes(graph: Graph): number {
  return weightNames(graph).reduce((sum, { name, shape }) => {
    // A letter of a name takes at most six bytes of JSON; the type, shape and offsets beside it are short.
    return sum + 4 * elements(shape) + 6 * name.length + 300
  }, 1_000_000)
}

const mostDescriptionBytes = 100_000_000

function readModelFile(folder: string, which: 'description' | 'weights', most = mostDescriptionBytes): Uint8Array {
  const name = modelFileNames[which]
  const path = join(folder, name)
  try {
    const { size } = statSync(path)
    if (size > most) {
      const found = `${path} has ${size.toLocaleString('en-US')} bytes, at most ${most.toLocaleString('en-US')} fit`
      throw new DiagnosticError([error(which === 'weights' ? 'WM1001' : 'WM1004', found)])
    }
    return readFileSync(path)
  } catch (caught) {
    if (caught instanceof DiagnosticError) throw caught
    throw which === 'description' ? noModel(folder, caught) : missing(path, caught)
  }
}

function noModel(folder: string, caught: unknown): DiagnosticError {
  const entry = statSync(folder, { throwIfNoEntry: false })
  const what =
    entry === undefined
      ? 'no such folder'
      : entry.isDirectory()
        ? `its ${modelFileNames.description} cannot be read: ${systemReason(caught)}`
        : 'a file, wanted a folder'
  const hints = ['a run keeps its models in models/STUDY/VARIANT/trial-N of its folder']
  return new DiagnosticError([error('WM1003', `${folder}: ${what}`, { hints })])
}

function missing(path: string, caught: unknown): DiagnosticError {
  return new DiagnosticError([error('WM1004', `${path}: ${systemReason(caught)}`)])
}

function checkOutputs({ classes }: ModelDescription, graph: Graph, path: string): void {
  const outputs = graph.nodes[graph.output - 1]?.shape.at(-1)
  if (outputs === classes.length) return
  throw new DiagnosticError([error('WM1004', `${path}: ${classes.length} classes for ${outputs} outputs`)])
}

/** The value of a stage that must succeed. */
export function settle<T>({
  value,
  diagnostics,
}: {
  readonly value: T | undefined
  readonly diagnostics: readonly Diagnostic[]
}): T {
  if (value === undefined) throw new DiagnosticError(diagnostics)
  return value
}
