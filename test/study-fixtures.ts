import type { Variant } from '../src/ablation/variants.ts'
import type { Study } from '../src/spec/studies.ts'
import type { TrainedOutcome } from '../src/study/job.ts'
import { planStudy, type StudyPlan } from '../src/study/plan.ts'
import type { Protocol } from '../src/study/protocol.ts'

/** A study of variants that exist by name alone: for what handles results without training anything. */
const span = { file: 'a.wmspec', start: 0, end: 0 }

export const protocol: Protocol = {
  name: 'Quick',
  data: { registry: 'dataset', name: 'mnist', args: { sample: true, validation: 0.1 } },
  augment: [],
  train: {
    optimizer: { registry: 'optimizer', name: 'adam', args: { lr: 0.001 } },
    loss: { registry: 'loss', name: 'crossentropy', args: {} },
    batch: 64,
    epochs: 4,
    keep: { registry: 'keep', name: 'last', args: {} },
  },
  trials: 2,
  seed: 2019,
  noise: [],
  attack: [],
  measure: [],
  explain: [],
}

export function makeVariant(name: string, hash = `hash of ${name}`): Variant {
  const input = { shape: [28, 28, 1], range: [0, 1], span } as const
  return {
    name,
    subject: 'Table2',
    hash,
    span,
    graph: { network: 'SmallNet', input, nodes: [], output: 0, labels: { [hash]: 0 } },
    changes: [],
    printPlain: () => '',
  }
}

export function makeStudy(variants: readonly Variant[], of: Protocol = protocol): Study {
  const spans = { name: span, data: span, train: span, augment: [], noise: [], attack: [], measure: [], explain: [] }
  return { name: 'Quick', runs: [{ subject: 'Table2', variants, protocol: of, source: { protocol: of, spans } }] }
}

export function makePlan(study: Study, overrides: Parameters<typeof planStudy>[1]['overrides'] = {}): StudyPlan {
  return planStudy(study, { backend: 'wasm', dataDir: null, overrides, variants: undefined })
}

export function makeOutcome(variant: string, trial: number, loss = 0.25): TrainedOutcome {
  return {
    kind: 'trained',
    result: {
      variant,
      trial,
      seed: 7,
      epochs: [{ epoch: 1, loss, validationError: null, validationLoss: null }],
      keptEpoch: 1,
      test: { images: 100, error: 0.1, loss },
      sweeps: [],
      warnings: [],
    },
    model: { json: '{"modelTopology":{}}', weights: new Uint8Array([1, 2, 3, 4]), safetensors: new Uint8Array(8) },
    examples: null,
    images: { train: 900, validation: 100, test: 100 },
    times: { trainSeconds: 1, evaluateSeconds: 1, imagesPerSecond: 900 },
  }
}
