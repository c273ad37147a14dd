import { registryOf } from '../../registry/construct.ts'
import type { DatasetSpec } from '../dataset.ts'
import { mnist } from './mnist.ts'
import { synthetic } from './synthetic.ts'

export const datasets = registryOf<DatasetSpec>(mnist, synthetic)
