import { styleText } from 'node:util'

const styles = {
  error: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  secondary: ['bold', 'cyan'],
  gutter: ['blue'],
  strong: ['bold'],
} as const

/** Colours a part of a message, or leaves it plain. */
export type Paint = (part: keyof typeof styles, text: string) => string

/** The caller has decided on colours; what stdout is does not matter. */
export function createPaint(color: boolean): Paint {
  return (part, text) => (color ? styleText([...styles[part]], text, { validateStream: false }) : text)
}
