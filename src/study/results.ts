import type { Protocol } from './protocol.ts'

/** The mean and the sample standard deviation (n − 1) over trials; `std` is null for a single trial. */
export interface Summary {
  readonly mean: number
  readonly std: number | null
}

export interface EpochResult {
  /** From 1. */
  readonly epoch: number
  /** Mean training loss over the epoch's batches. */
  readonly loss: number
  /** Fraction of misclassified validation images, 0..1; null where the protocol keeps none for validation. */
  readonly validationError: number | null
  readonly validationLoss: number | null
}

/** The perturbed test set at one level of a sweep. */
export interface SweepPoint {
  /** The swept hyperparameter's value: ε, or the noise's upper bound. */
  readonly level: number
  /** Value by measure name, e.g. { error: 0.12, activation_mse: 3.4 }. */
  readonly measures: Readonly<Record<string, number>>
}

/** One `noise` or `attack` line of the protocol on one trained model. */
export interface SweepResult {
  readonly kind: 'noise' | 'attack'
  /** The entry's name in its registry: `uniform`, `fgsm`. */
  readonly name: string
  /** The call as the protocol resolves it, every argument by name. */
  readonly call: string
  /** The swept hyperparameter: `eps`, `upper`. */
  readonly parameter: string
  readonly points: readonly SweepPoint[]
  /** Attacks: how the loss gradient at the clean images looks; null for noise. */
  readonly gradients: GradientHealth | null
}

/** Over all test images: a gradient that is exactly zero or not finite makes a gradient attack blind. */
export interface GradientHealth {
  readonly zeroFraction: number
  readonly nonFiniteFraction: number
}

export interface TrialResult {
  readonly variant: string
  /** From 1. */
  readonly trial: number
  readonly seed: number
  readonly epochs: readonly EpochResult[]
  /** The epoch whose weights were kept and evaluated. */
  readonly keptEpoch: number
  /** On the clean test set; fractions of all test images. */
  readonly test: { readonly images: number; readonly error: number; readonly loss: number }
  readonly sweeps: readonly SweepResult[]
  readonly warnings: readonly RobustnessWarning[]
}

/** A training whose loss left the numbers: it has no error to count, and the means are over the other trials. */
export interface DivergedTrial {
  /** From 1. */
  readonly trial: number
  readonly seed: number
  /** `the loss is NaN at batch 3 of epoch 1, trained by sgd(lr=10)` */
  readonly reason: string
}

/** A reason to doubt a number of the report (rules in docs). */
export interface RobustnessWarning {
  readonly rule: string
  readonly message: string
}

/** A few test images, clean and perturbed, kept for the report's picture grid. Pixels are bytes, base64. */
export interface ExampleImages {
  /** The run they belong to. */
  readonly run: { readonly subject: string; readonly protocol: string }
  readonly variant: string
  readonly trial: number
  readonly shape: readonly [number, number, number]
  readonly images: readonly {
    /** Index in the test set. */
    readonly index: number
    readonly label: string
    readonly clean: { readonly pixels: string; readonly predicted: string }
    readonly perturbed: readonly {
      readonly kind: 'noise' | 'attack'
      readonly name: string
      readonly parameter: string
      readonly level: number
      readonly pixels: string
      readonly predicted: string
    }[]
  }[]
  /** For each `explain` of the protocol. */
  readonly explained: readonly ExplainedImages[]
}

/** One `explain` of the protocol on one trained model. */
export interface ExplainedImages {
  /** The call, every argument by name. */
  readonly call: string
  readonly images: readonly {
    /** Index in the test set. */
    readonly index: number
    readonly label: string
    /** The class that the heat map is for. */
    readonly predicted: string
    /** Bytes of the dataset's shape, base64. */
    readonly pixels: string
    /** The heat over it, [H, W, 3]. */
    readonly overlay: string
  }[]
}

export interface VariantResult {
  readonly name: string
  readonly graphHash: string
  readonly parameters: { readonly trainable: number; readonly total: number }
  /** FLOPs as written, per image. */
  readonly flops: number
  readonly trials: readonly TrialResult[]
  readonly diverged: readonly DivergedTrial[]
  /** Null where every trial diverged. */
  readonly error: Summary | null
  /** As the trials' sweeps, each measure over trials. */
  readonly sweeps: readonly {
    readonly kind: 'noise' | 'attack'
    readonly name: string
    readonly call: string
    readonly parameter: string
    readonly points: readonly { readonly level: number; readonly measures: Readonly<Record<string, Summary>> }[]
    readonly zeroGradientFraction: Summary | null
  }[]
}

/** One subject under one protocol: a table and a set of curves. */
export interface RunResult {
  readonly subject: string
  readonly protocol: Protocol
  readonly dataset: {
    readonly name: string
    readonly description: string
    readonly images: { readonly train: number; readonly validation: number; readonly test: number }
    readonly classes: readonly string[]
  }
  readonly variants: readonly VariantResult[]
}

/**
 * `results.json`. Everything but `times` is a function of the sources, the command's options, the data, the backend and the versions:
 * two runs agree byte for byte in the rest.
 */
export interface StudyResults {
  readonly format: 'wmnet.results/1'
  readonly study: string
  /** Variants chosen on the command line (`Table2.cnn`); null where all of the study's were. */
  readonly selection: readonly string[] | null
  /** Whether every trial has ended, with a result or diverged. */
  readonly complete: boolean
  readonly versions: Readonly<Record<string, string>>
  readonly backend: string
  readonly sources: readonly { readonly path: string; readonly text: string }[]
  readonly runs: readonly RunResult[]
  readonly times: {
    readonly started: string
    readonly seconds: number
    readonly trials: Readonly<
      Record<
        string,
        { readonly trainSeconds: number; readonly evaluateSeconds: number; readonly imagesPerSecond: number }
      >
    >
  }
}
