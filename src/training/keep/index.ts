import { registryOf } from '../../registry/construct.ts'
import { best } from './best.ts'
import type { KeepSpec } from './keep.ts'
import { last } from './last.ts'

export const keeps = registryOf<KeepSpec>(last, best)
