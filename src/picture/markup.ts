const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Characters that XML 1.0 forbids, that a reader obeys without seeing them, or that turn the reading direction. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu

/** Safe as text and in quoted attributes. */
export function escapeXml(text: string): string {
  return text.replace(invisible, '\uFFFD').replace(/[&<>"]/g, (character) => entities[character] ?? character)
}

export type Attributes = Readonly<Record<string, string | number | undefined>>

/** An element with its attributes escaped; content is markup. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined || value === ''
      ? []
      : [` ${key}="${escapeXml(typeof value === 'number' ? printNumber(value) : value)}"`],
  )
  const inner = content.join('')
  return inner === '' ? `<${name}${given.join('')}/>` : `<${name}${given.join('')}>${inner}</${name}>`
}

/** Coordinates to hundredths: short, and the same bytes everywhere. */
export function printNumber(value: number): string {
  return String(Math.round(value * 100) / 100 || 0)
}
