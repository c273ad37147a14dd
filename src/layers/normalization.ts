import type { Shape } from '../graph/graph.ts'
import { defaultCall } from '../init/init.ts'
import { ones } from '../init/ones.ts'
import { zeros } from '../init/zeros.ts'
import type { ResolvedCall } from '../registry/construct.ts'
import { call, float } from '../registry/params.ts'
import type { Absorption, WeightSpec } from './layer.ts'
import { onlyInput } from './rules.ts'

/** What every normalisation takes. */
export const normalizationParams = {
  epsilon: float({ min: 0, openMin: true, default: 1e-3, doc: 'Added to the variance.' }),
  init: call('init', { default: defaultCall(ones), doc: 'Initial scale (gamma).' }),
  bias_init: call('init', { default: defaultCall(zeros), doc: 'Initial offset (beta).' }),
}

/** Scale and offset of each channel (the last dimension). */
export function scaleAndOffset(
  args: { readonly init: ResolvedCall; readonly bias_init: ResolvedCall },
  inputs: readonly Shape[],
): readonly WeightSpec[] {
  const fixed = { shape: [onlyInput(inputs).at(-1) ?? 0], fanIn: 1, fanOut: 1, trainable: true }
  return [
    { name: 'gamma', init: args.init, ...fixed },
    { name: 'beta', init: args.bias_init, ...fixed },
  ]
}

/** gamma·n + beta scaled and moved is gamma and beta scaled and moved: what is normalised does not depend on them. */
export const scaleAndOffsetAbsorption: Absorption = { scale: 'gamma', offset: 'beta' }
