import { registryOf } from '../registry/construct.ts'
import type { ExplainSpec } from './explanation.ts'
import { gradcam } from './gradcam.ts'

export const explanations = registryOf<ExplainSpec>(gradcam)
