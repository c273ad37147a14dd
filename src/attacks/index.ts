import { registryOf } from '../registry/construct.ts'
import type { AttackSpec } from './attack.ts'
import { fgsm } from './fgsm.ts'
import { pgd } from './pgd.ts'

export const attacks = registryOf<AttackSpec>(fgsm, pgd)
