import { readFileSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { formatCount, systemReason } from '../data/failure.ts'
import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import type { Graph } from '../graph/graph.ts'
import { decodeWeights, encodeWeights, type Weights } from '../weights/weights.ts'
import type { ModelDescription } from './model-description.ts'
import { modelFileNames, mostWeightBytes, openModel, settle } from './model-folder.ts'

export interface LoadedWeights {
  readonly weights: Weights
  /** What a model's folder says of them. */
  readonly description?: ModelDescription
}

/**
 * The graph's weights from a model's folder or from a safetensors file. Throws a DiagnosticError: WM1001 where the file is damaged, WM1002
 * where it is of another network, WM1003 and WM1004 where the folder is no model's or not whole.
 */
export function loadWeights(path: string, graph: Graph): LoadedWeights {
  const stats = statOf(path)
  if (!stats.isDirectory()) return { weights: settle(decodeWeights(readWeightsFile(path, stats, graph), graph, path)) }
  const { description, graph: trained, weights } = openModel(path)
  // The model holds together in itself; whether it is this network's is asked as of any other file.
  const content = encodeWeights(trained, weights)
  return { weights: settle(decodeWeights(content, graph, join(path, modelFileNames.weights))), description }
}

function statOf(path: string): Stats {
  try {
    return statSync(path)
  } catch (caught) {
    throw unreadable(path, systemReason(caught))
  }
}

function readWeightsFile(path: string, stats: Stats, graph: Graph): Uint8Array {
  const most = mostWeightBytes(graph)
  if (!stats.isFile()) throw unreadable(path, 'neither a file nor a folder')
  if (stats.size > most) {
    const found = `${formatCount(stats.size)} bytes, weights of ${graph.network} take at most ${formatCount(most)}`
    throw new DiagnosticError([error('WM1001', `${path}: ${found}`)])
  }
  try {
    return readFileSync(path)
  } catch (caught) {
    throw unreadable(path, systemReason(caught))
  }
}

function unreadable(path: string, reason: string): DiagnosticError {
  const hints = ['a run keeps its models in models/STUDY/VARIANT/trial-N of its folder']
  return new DiagnosticError([error('WM1003', `${path}: ${reason}`, { hints })])
}
