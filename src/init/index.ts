import { registryOf } from '../registry/construct.ts'
import { constant } from './constant.ts'
import { glorot } from './glorot.ts'
import { he } from './he.ts'
import type { InitSpec } from './init.ts'
import { lecun } from './lecun.ts'
import { normal } from './normal.ts'
import { ones } from './ones.ts'
import { orthogonal } from './orthogonal.ts'
import { uniform } from './uniform.ts'
import { zeros } from './zeros.ts'

export const inits = registryOf<InitSpec>(he, glorot, lecun, normal, uniform, zeros, ones, constant, orthogonal)
