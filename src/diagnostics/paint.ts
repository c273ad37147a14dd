/** Parameters of the terminal's "select graphic rendition"; written here because util.styleText is Node's alone. */
const renditions = {
  error: '1;31',
  warning: '1;33',
  secondary: '1;36',
  gutter: '34',
  strong: '1',
} as const

/** Colours a part of a message, or leaves it plain. */
export type Paint = (part: keyof typeof renditions, text: string) => string

export function createPaint(color: boolean): Paint {
  return (part, text) => (color ? `\u001b[${renditions[part]}m${text}\u001b[0m` : text)
}
