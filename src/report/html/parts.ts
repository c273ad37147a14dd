import { html, type Markup } from '../markup.ts'

/** A table, which may be wider than the page: it then scrolls on its own, also by keyboard. */
export function scrollable(label: string, content: Markup): Markup {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
${content}
</div>
`
}

/** Terms and their descriptions; empty descriptions are left out. */
export function definitions(entries: readonly (readonly [string, string | Markup])[]): Markup {
  const items = entries
    .filter(([, text]) => text !== '')
    .map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>\n`)
  return html`<dl>\n${items}</dl>\n`
}

/** A name that may break after its commas, as generated names are long. */
export function breakable(name: string): Markup {
  const parts = name.split(/(?<=,)/)
  return html`${parts.map((part, index) => (index === 0 ? html`${part}` : html`<wbr>${part}`))}`
}

/** Marks that lead to the run's warnings. `prefix` is the run's. */
export function warningMarks(numbers: readonly number[], prefix: string): readonly Markup[] {
  return numbers.map(
    (number) => html` <sup><a href="#${prefix}-warning-${number}" aria-label="warning ${number}">${number}</a></sup>`,
  )
}
