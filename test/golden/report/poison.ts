import fc from 'fast-check'

/** Fields whose strings are not text to show. */
const KEPT: ReadonlySet<string> = new Set(['kind', 'registry', 'pixels', 'overlay', 'format'])
const RECORDS: ReadonlySet<string> = new Set(['versions', 'args'])

/** A copy of plain data in which every string, and every key of a record, is `text`. */
export function poison<T>(value: T, text: string): T {
  return poisonField('', value, text) as T
}

function poisonField(key: string, value: unknown, text: string): unknown {
  if (typeof value === 'string') return KEPT.has(key) ? value : text
  if (Array.isArray(value)) return value.map((item) => poisonField(key, item, text))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item], index) => [
      RECORDS.has(key) || (key === 'measures' && name !== 'error') ? `${text}${index}` : name,
      poisonField(name, item, text),
    ]),
  )
}

const FRAGMENTS = [
  '</script><img src=x onerror=alert(1)>',
  '</style></svg></title>',
  '<!--',
  ']]>',
  '<![CDATA[',
  '" onload="alert(1)',
  "' onfocus='alert(1)' autofocus='",
  '&lt;b&gt;&#x3c;',
  'javascript:alert(1)',
  '\u0000\u0007\u001b[31m\u007f\u0085',
  '\u202e\u2066',
  '\ud800',
  '\ufffe',
  '\r\n\t',
  '—ü漢😀',
]

/** Text that tries to leave the place where it is shown; never blank. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 4 })
  .map((parts) => `x${parts.join('')}`)
