import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { datasets } from '../../data/datasets/index.ts'
import { systemReason } from '../../data/failure.ts'
import { type Diagnostic, DiagnosticError, error } from '../../diagnostics/diagnostic.ts'
import { gradcam } from '../../explain/gradcam.ts'
import { enlarge } from '../../explain/overlay.ts'
import { type FittedImage, fitImage } from '../../predict/fit-image.ts'
import { hasLightGround, invertImage } from '../../predict/invert.ts'
import { type Prediction, predictImages } from '../../predict/predict.ts'
import { readPng } from '../../predict/read-png.ts'
import type { ResolvedCall } from '../../registry/construct.ts'
import { encodePng } from '../../report/png.ts'
import type { BackendName } from '../../study/job.ts'
import { openModel, type StoredModel } from '../../study/model-folder.ts'
import { renderPrediction } from '../prediction-table.ts'
import type { Terminal } from '../terminal.ts'

export interface PredictFlags {
  readonly explain?: string
  readonly layer?: string
  readonly resize?: true
  readonly invert?: true
  readonly top?: number
  readonly json?: true
  readonly backend?: 'auto' | BackendName
}

/** One image of the command line, as `--json` prints it. */
export interface PredictedFile {
  readonly file: string
  readonly class: string
  readonly probability: number
  /** All classes, the likeliest first. */
  readonly probabilities: readonly { readonly class: string; readonly probability: number }[]
  /** Height and width of the file where it was resized. */
  readonly resizedFrom: readonly [number, number] | null
  /** Whether colours were turned to grey. */
  readonly greyed: boolean
  /** Whether light and dark were turned around. */
  readonly inverted: boolean
  /** Whether it has a light ground where the images of the training have a dark one. */
  readonly lightGround: boolean
  /** The picture that `--explain` wrote. */
  readonly overlay: string | null
}

/** `wmnet predict MODEL image.png…`: what a trained model takes images for, and with `--explain` where it sees that. */
export async function predict(
  folder: string,
  files: readonly string[],
  flags: PredictFlags,
  terminal: Terminal,
): Promise<number> {
  if (flags.layer !== undefined && flags.explain === undefined) {
    const hints = ['for example: --explain pictures --layer stem']
    throw new DiagnosticError([error('WM0903', '--layer says where --explain looks, and needs it', { hints })])
  }
  const stored = openModel(folder)
  const fitted = readImages(files, stored, flags.resize === true)
  const images = flags.invert === true ? fitted.map(invertImage) : fitted
  const { startBackend } = await import('../../backends/tfjs/index.ts')
  await startBackend(flags.backend ?? 'auto')
  const { graph, description } = stored
  const network = { model: await stored.build(), graph, classes: description.classes }
  const predictions = await predictImages(network, images, flags.explain === undefined ? null : callOf(flags))
  const overlays = flags.explain === undefined ? [] : writeOverlays(flags.explain, files, predictions)
  const predicted = files.map((file, place) =>
    describe(file, images[place], predictions[place], overlays[place] ?? null, stored, flags),
  )
  if (flags.json) terminal.out(`${JSON.stringify(predicted, null, 2)}\n`)
  else terminal.out(predicted.map((one) => renderPrediction(one, flags.top ?? 3)).join('\n'))
  if (overlays.length > 0)
    terminal.note(`wrote ${overlays.length} ${overlays.length === 1 ? 'picture' : 'pictures'} into ${flags.explain}\n`)
  return 0
}

function callOf(flags: PredictFlags): ResolvedCall {
  return { registry: 'explain', name: gradcam.name, args: { images: 1, layer: flags.layer ?? null } }
}

/** Everything that is wrong with any of the files is told at once. */
function readImages(files: readonly string[], { graph }: StoredModel, resize: boolean): readonly FittedImage[] {
  const faults: Diagnostic[] = []
  const images = files.flatMap((file) => {
    const bytes = readBytes(file, faults)
    if (bytes === undefined) return []
    const picture = readPng(bytes, file)
    faults.push(...picture.diagnostics)
    if (picture.value === undefined) return []
    const fitted = fitImage(picture.value, graph.input.shape, resize, file)
    faults.push(...fitted.diagnostics)
    return fitted.value ?? []
  })
  if (faults.length > 0) throw new DiagnosticError(faults)
  return images
}

const mostBytes = 2 ** 28

function readBytes(file: string, faults: Diagnostic[]): Uint8Array | undefined {
  try {
    const { size } = statSync(file)
    if (size <= mostBytes) return readFileSync(file)
    faults.push(error('WM1005', `${file}: ${size.toLocaleString('en-US')} bytes are too many for a picture`))
  } catch (caught) {
    faults.push(error('WM1005', `${file}: ${systemReason(caught)}`))
  }
  return undefined
}

function describe(
  file: string,
  image: FittedImage | undefined,
  prediction: Prediction | undefined,
  overlay: string | null,
  { description: { classes, training } }: StoredModel,
  flags: PredictFlags,
): PredictedFile {
  if (image === undefined || prediction === undefined) throw new Error(`no prediction for ${file}`)
  const all = prediction.probabilities.map((probability, index) => ({
    class: classes[index] ?? String(index),
    probability,
  }))
  const { resizedFrom, greyed } = image
  const dataset = datasets.get(training?.data.split('(')[0] ?? '')
  return {
    ...{
      file,
      class: classes[prediction.best] ?? String(prediction.best),
      probability: prediction.probabilities[prediction.best] ?? 0,
    },
    ...{ probabilities: all.sort((a, b) => b.probability - a.probability), resizedFrom, greyed, overlay },
    ...{ inverted: flags.invert === true, lightGround: dataset?.ground === 'dark' && hasLightGround(image) },
  }
}

/** Shorter sides of pictures are at least this many pixels, so that a person sees something. */
const smallest = 224

/** One picture per file, by the file's name; a name met again is numbered. */
function writeOverlays(
  folder: string,
  files: readonly string[],
  predictions: readonly Prediction[],
): readonly string[] {
  const taken = new Set<string>()
  return files.flatMap((file, place) => {
    const overlay = predictions[place]?.overlay
    if (overlay === null || overlay === undefined) return []
    const base = basename(file, extname(file))
    let name = `${base}.gradcam.png`
    for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${base}-${count}.gradcam.png`
    taken.add(name.toLowerCase())
    const path = join(folder, name)
    const { shape, pixels } = enlarge(
      overlay,
      Math.max(1, Math.ceil(smallest / Math.min(overlay.shape[0], overlay.shape[1]))),
    )
    writePicture(folder, path, encodePng(shape, pixels))
    return path
  })
}

function writePicture(folder: string, path: string, bytes: Uint8Array): void {
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, bytes)
  } catch (caught) {
    throw new DiagnosticError([error('WM0913', `${path}: ${systemReason(caught)}`)])
  }
}
