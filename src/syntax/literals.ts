/** The value of `3`, `1e-3`, `0.5` or `90%`, rounded once: `1.1%` is the double nearest to 0.011. */
export function numberValue(image: string): number {
  if (!image.endsWith('%')) return Number(image)
  const [mantissa, exponent = '0'] = image.slice(0, -1).toLowerCase().split('e')
  return Number(`${mantissa}e${Number(exponent) - 2}`)
}

export function isInteger(image: string): boolean {
  for (let at = 0; at < image.length; at++) {
    const code = image.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return false
  }
  return image !== ''
}

/** The dimensions of `28x28x1`. */
export function shapeDims(image: string): number[] {
  return image.split('x').map(Number)
}

const plainEscapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t' }
const escapes = /\\(?:u\{([0-9A-Fa-f]{1,6})\}|([\s\S]))/gu

/** The text that a string literal stands for. Unknown escapes, which are reported, stay as written. */
export function stringValue(image: string): string {
  return image.slice(1, -1).replace(escapes, (written, hex: string | undefined, letter: string | undefined) => {
    return resolveEscape(hex, letter) ?? written
  })
}

/** A backslash in a literal that starts no escape: where in the image, and what was written. */
export interface BadEscape {
  readonly offset: number
  readonly written: string
}

/** @param most how many to look for: a text full of them is one mistake */
export function findBadEscapes(image: string, most: number): BadEscape[] {
  const bad: BadEscape[] = []
  for (const match of image.matchAll(escapes)) {
    if (bad.length === most) break
    const [written, hex, letter] = match
    if (resolveEscape(hex, letter) === undefined) bad.push({ offset: match.index, written })
  }
  return bad
}

function resolveEscape(hex: string | undefined, letter: string | undefined): string | undefined {
  if (hex === undefined) return letter === undefined ? undefined : plainEscapes[letter]
  const codePoint = Number.parseInt(hex, 16)
  const isScalar = codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff)
  return isScalar ? String.fromCodePoint(codePoint) : undefined
}
