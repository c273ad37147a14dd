import { type Diagnostic, error } from '../../diagnostics/diagnostic.ts'
import type { Shape } from '../../graph/graph.ts'
import { printCall, type ResolvedCall } from '../../registry/construct.ts'
import type { ArgValue } from '../../registry/params.ts'
import { printBrief } from '../../registry/print-brief.ts'
import type { Protocol, ProtocolSource } from '../../study/protocol.ts'
import { printNumber } from './code.ts'
import { wrapLine } from './wrap.ts'

/** How a module names what it computes with. */
export interface Trained {
  readonly name: 'weights' | 'model'
  readonly type: 'Weights' | 'tfl.LayersModel'
  /** Of the network's input. */
  readonly range: readonly [number, number]
  readonly shape: Shape
}

type Args = Readonly<Record<string, ArgValue>>

/** The optimizers that modules can hold, as calls of `runtime/training.ts`. */
const optimizers: Readonly<Record<string, (args: Args) => string>> = {
  adam: (args) => `adam(${settings(args)})`,
  adamw: ({ weight_decay = 0, ...args }) => `adam(${settings({ ...args, decay: weight_decay })})`,
  sgd: (args) => `sgd(${settings(args)})`,
  rmsprop: (args) => `rmsprop(${settings(args)})`,
}

function settings(args: Args): string {
  const texts = Object.entries(args).map(([name, value]) => {
    return `${name}: ${typeof value === 'number' ? printNumber(value) : String(value)}`
  })
  return `{ ${texts.join(', ')} }`
}

/** The augmentations that modules can hold, as calls of functions of `src/training/augment`. */
const augments: Readonly<Record<string, (args: Args, images: string, place: number) => string>> = {
  random_crop: ({ pad }, images, place) => `cropRandomly(${images}, shape, ${list(pad)}, random(${place}))`,
  random_flip: ({ p }, images, place) => `flipRandomly(${images}, shape, ${list(p)}, random(${place}))`,
}

function list(...values: readonly (ArgValue | undefined)[]): string {
  return values.map((value) => printNumber(Number(value))).join(', ')
}

/** What of a protocol no module can hold, one WM1060 for each: then nothing is written. */
export function findUnwritable({ protocol, spans }: ProtocolSource): readonly Diagnostic[] {
  const { train, augment, attack } = protocol
  const refuse = (message: string, span: Diagnostic['span'], hint: string) =>
    error('WM1060', message, { span, hints: [hint] })
  const first = attack.findIndex(isFgsm)
  return [
    ...augment.flatMap((call, index) => {
      if (Object.hasOwn(augments, call.name)) return []
      return [
        refuse(`\`${call.name}\` is not written`, spans.augment[index], `use ${Object.keys(augments).join(', ')}`),
      ]
    }),
    ...(Object.hasOwn(optimizers, train.optimizer.name)
      ? []
      : [
          refuse(
            `\`${train.optimizer.name}\` is not written`,
            spans.train,
            `use ${Object.keys(optimizers).join(', ')}`,
          ),
        ]),
    ...(train.loss.name === 'crossentropy'
      ? []
      : [refuse(`\`${train.loss.name}\` is not written`, spans.train, 'use crossentropy')]),
    ...attack.flatMap((call, index) => {
      if (index === first) return []
      const what = isFgsm(call) ? 'a second `fgsm` is' : `\`${call.name}\` is`
      return [refuse(`${what} not written`, spans.attack[index], 'give a protocol with one `attack fgsm` at most')]
    }),
  ]
}

function isFgsm({ name }: ResolvedCall): boolean {
  return name === 'fgsm'
}

/** The protocol, its optimizer, its step of training and its FGSM, as declarations of a module. */
export function writeTraining(protocol: Protocol, trained: Trained): readonly string[] {
  const attack = protocol.attack.find(isFgsm)
  return [
    printProtocol(protocol),
    printOptimizer(protocol.train.optimizer),
    printTrainStep(protocol.train.loss, trained),
    ...(protocol.augment.length === 0 ? [] : [printAugment(protocol.augment, trained)]),
    ...(attack === undefined ? [] : [printFgsm(attack, trained)]),
  ]
}

/** Everything that it says, so that nothing is lost which whoever trains has to do. */
function printProtocol({
  name,
  data,
  augment,
  train,
  trials,
  seed,
  noise,
  attack,
  measure,
  explain,
}: Protocol): string {
  const quote = (call: ResolvedCall) => `'${printCall(call).replace(/['\\]/g, '\\$&')}'`
  const all = (calls: readonly ResolvedCall[]) => `[${calls.map(quote).join(', ')}]`
  const eps = attack.find(isFgsm)?.args.eps
  return [
    '/** What the network was declared to go through. The module does its optimizer, loss, augmentation and FGSM. */',
    'export const protocol = {',
    ...[
      `  name: '${name}',`,
      `  data: ${quote(data)},`,
      `  augment: ${all(augment)},`,
      `  optimizer: ${quote(train.optimizer)},`,
      `  loss: ${quote(train.loss)},`,
      `  batch: ${train.batch},`,
      `  epochs: ${train.epochs},`,
      `  keep: ${quote(train.keep)},`,
      `  trials: ${trials},`,
      `  seed: ${seed},`,
      `  noise: ${all(noise)},`,
      `  attack: ${all(attack)},`,
      ...(Array.isArray(eps) ? [`  fgsmEps: [${list(...eps)}],`] : []),
      `  measure: ${all(measure)},`,
      `  explain: ${all(explain)},`,
    ].flatMap(wrapLine),
    '} as const',
  ].join('\n')
}

function printOptimizer(call: ResolvedCall): string {
  const write = optimizers[call.name]
  if (write === undefined) throw new Error(`the optimizer ${call.name} is not written`)
  return [
    `/** \`${printBrief(call)}\`, before its first step. */`,
    'export function createOptimizer(): Optimizer {',
    `  return ${write(call.args)}`,
    '}',
  ].join('\n')
}

function printTrainStep({ args }: ResolvedCall, { name, type }: Trained): string {
  const smoothing = args.label_smoothing === 0 ? '' : `, ${list(args.label_smoothing)}`
  return [
    '/** One step of training on a batch of images [B, H, W, C] and their classes [B]; gives the mean loss. */',
    `export function trainStep(${name}: ${type}, optimizer: Optimizer, x: tf.Tensor4D, labels: tf.Tensor1D): tf.Scalar {`,
    `  const variables = Array.from(trainableWeights(${name}).values())`,
    '  return tf.tidy(() => {',
    '    const { value, grads } = tf.variableGrads(() => {',
    `      const logits = forward(x, ${name}, { training: true })`,
    `      return tf.mean<tf.Scalar>(crossEntropy(logits, labels${smoothing}))`,
    '    }, variables)',
    '    optimizer.step(variables, grads)',
    '    return value',
    '  })',
    '}',
  ]
    .flatMap(wrapLine)
    .join('\n')
}

function printAugment(
  calls: readonly ResolvedCall[],
  { shape: [height = 0, width = 0, channels = 0], range }: Trained,
) {
  const steps = calls.map((call, place) => {
    const write = augments[call.name]
    if (write === undefined) throw new Error(`the augmentation ${call.name} is not written`)
    return write(call.args, calls.length === 1 ? 'pixels' : 'images', place)
  })
  const body =
    calls.length === 1
      ? steps.map((step) => `  return ${step}`)
      : ['  let images = pixels', ...steps.map((step) => `  images = ${step}`), '  return images']
  const sizes = `height: ${height}, width: ${width}, channels: ${channels}, range: [${list(...range)}]`
  return [
    '/**',
    ` * \`${calls.map((call) => printCall(call)).join(', ')}\` on the pixels [B, ${height}, ${width}, ${channels}] of a training batch, as \`wmnet run\` draws it:`,
    ' * trials, epochs and their batches count from 1.',
    ' */',
    'export function augment(pixels: Float32Array, trial: number, epoch: number, batch: number): Float32Array {',
    "  const random = (place: number) => createStream(protocol.seed, 'trial', trial, 'augment', epoch, batch, place)",
    ...wrapLine(`  const shape = { count: pixels.length / ${height * width * channels}, ${sizes} } as const`),
    ...body,
    '}',
  ].join('\n')
}

function printFgsm({ args }: ResolvedCall, { name, type, range }: Trained): string {
  const change =
    args.norm === 'linf'
      ? ['    const change = tf.mul<tf.Tensor4D>(signs(finite), eps)']
      : [
          '    const full = tf.mul<tf.Tensor4D>(directions(finite), eps)',
          '    // Rounding must not carry it out of the ball.',
          '    const change = tf.mul(full, tf.minimum(1, tf.div(eps, lengths(full))))',
        ]
  const [what, formula] = args.norm === 'linf' ? ['sign g', 'each element'] : ['g/‖g‖₂', 'each image']
  return [
    `/** Goodfellow et al. 2015: x + ε·${what}, g the gradient of the loss, so that ${formula} moves by eps; within the input's range. */`,
    `export function fgsm(${name}: ${type}, x: tf.Tensor4D, labels: tf.Tensor1D, eps: number): tf.Tensor4D {`,
    '  return tf.tidy(() => {',
    `    const loss = (images: tf.Tensor) => tf.sum(attackedCrossEntropy(forward(images as tf.Tensor4D, ${name}), labels))`,
    '    const gradient = tf.grad(loss)(x) as tf.Tensor4D',
    '    const finite = tf.where(tf.isFinite(gradient), gradient, tf.zerosLike(gradient))',
    ...change,
    `    return tf.clipByValue(tf.add<tf.Tensor4D>(x, change), ${list(...range)})`,
    '  })',
    '}',
  ]
    .flatMap(wrapLine)
    .join('\n')
}
