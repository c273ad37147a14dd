import { attacks } from '../attacks/index.ts'
import { datasets } from '../data/datasets/index.ts'
import { explanations } from '../explain/index.ts'
import { inits } from '../init/index.ts'
import { layers } from '../layers/index.ts'
import { measures } from '../measures/index.ts'
import { noises } from '../noise/index.ts'
import { augments } from '../training/augment/index.ts'
import { keeps } from '../training/keep/index.ts'
import { losses } from '../training/losses/index.ts'
import { optimizers } from '../training/optimizers/index.ts'
import type { Construct, Registry } from './construct.ts'
import type { RegistryName } from './params.ts'

/** Every registry by name: what the checker, help and docs loop over. */
export const catalog: Readonly<Record<RegistryName, Registry<Construct>>> = {
  layer: layers,
  init: inits,
  optimizer: optimizers,
  loss: losses,
  keep: keeps,
  dataset: datasets,
  augment: augments,
  noise: noises,
  attack: attacks,
  measure: measures,
  explain: explanations,
}
