import { escapeText } from '../markup.ts'
import { cleanLine } from '../text.ts'

/** What Plot's elements add that a picture with one accessible name does not need. */
const DROPPED_ATTRIBUTES: ReadonlySet<string> = new Set(['class', 'aria-label', 'aria-hidden', 'aria-description'])
/** Text nodes and elements, in DOM terms. */
const TEXT_NODE = 3
const ELEMENT_NODE = 1

/**
 * A Plot drawing as well-formed XML. Coordinates are rounded to hundredths of a pixel: shorter, and the same bytes
 * whatever the last digit of the platform's logarithm is. `head` is markup put before the drawing.
 */
export function serializeSvg(root: Element, label: string, head: string): string {
  const [width, height] = [root.getAttribute('width') ?? '', root.getAttribute('height') ?? '']
  // A line for each part: differences between two drawings can be read.
  const body = [...root.childNodes].map(serializeNode).filter(Boolean).join('\n')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `role="img" aria-label="${escapeText(cleanLine(label))}" fill="currentColor" font-family="sans-serif" ` +
    `font-size="13" text-anchor="middle">\n${head}\n${body}\n</svg>`
  )
}

function serializeNode(node: Node): string {
  if (node.nodeType === TEXT_NODE) return escapeText(cleanLine(node.textContent ?? ''))
  if (node.nodeType !== ELEMENT_NODE) return ''
  const element = node as Element
  const tag = element.localName
  if (tag === 'style') return ''
  const attributes = [...element.attributes]
    .filter((attribute) => !DROPPED_ATTRIBUTES.has(attribute.name))
    .map((attribute) => ` ${attribute.name}="${escapeText(roundNumbers(attribute.value))}"`)
    .join('')
  const children = [...element.childNodes].map(serializeNode).join('')
  return children === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${children}</${tag}>`
}

function roundNumbers(value: string): string {
  return value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100 || 0))
}
