import { ablationCodes } from './codes/ablation.ts'
import { dataCodes } from './codes/data.ts'
import { environmentCodes } from './codes/environment.ts'
import { exportCodes } from './codes/export.ts'
import { modelCodes } from './codes/model.ts'
import { nameAndTypeCodes } from './codes/names-and-types.ts'
import { runCodes } from './codes/run.ts'
import { shapeCodes } from './codes/shapes.ts'
import { specCodes } from './codes/spec.ts'
import { syntaxCodes } from './codes/syntax.ts'

/** One entry of the table behind every message, and of `wmnet explain CODE`. */
export interface CodeEntry {
  /** The headline: lower case, no values, the same every time. */
  readonly title: string
  /** What it means and what to do, in a few sentences; markdown. */
  readonly explanation: string
  /** The exit code of a command that ends with it: 1 the user's input, 3 the environment. */
  readonly exit: 1 | 3
}

/** The one table. Codes are stable: never reused, never renumbered. */
export const codes = {
  ...syntaxCodes, // WM00xx files, WM01xx syntax
  ...nameAndTypeCodes, // WM02xx
  ...shapeCodes, // WM03xx
  ...ablationCodes, // WM04xx
  ...specCodes, // WM05xx
  ...dataCodes, // WM06xx
  ...environmentCodes, // WM07xx backends and machine
  ...runCodes, // WM08xx runs and their folders, WM09xx command line
  ...modelCodes, // WM10xx trained models
  ...exportCodes, // WM105x their files for other programs, WM106x their source
} as const satisfies Record<`WM${number}`, CodeEntry>

export type Code = keyof typeof codes
