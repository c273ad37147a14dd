import type { ExampleImages, ExplainedImages } from '../../study/results.ts'
import { html, type Markup } from '../markup.ts'
import { pngDataUri } from '../png.ts'
import { breakable, scrollable } from './parts.ts'

type Explained = ExplainedImages['images'][number]

/** Where the variants look: a table for each explanation, a column for each test image, a row for each variant. */
export function heatMaps(examples: readonly ExampleImages[]): Markup {
  const calls = [...new Set(examples.flatMap(({ explained }) => explained.map(({ call }) => call)))]
  if (calls.length === 0) return html``
  return html`<h3>Where the networks look</h3>
<p class="note">Heat maps for the class that stands under each image, half image and half colour: the brighter the colour, the more the place speaks for the class. Each map is scaled to its own least and most.</p>
${calls.map((call) => heatTable(call, examples))}`
}

function heatTable(call: string, examples: readonly ExampleImages[]): Markup {
  const rows = examples.flatMap(({ variant, trial, shape, explained }) => {
    const own = explained.find((candidate) => candidate.call === call)
    return own === undefined ? [] : [{ variant, trial, shape, images: own.images }]
  })
  const [first] = rows
  if (first === undefined) return html``
  const heads = first.images.map((image) => html`<th scope="col">no. ${image.index}<br>a ${image.label}</th>`)
  const clean = first.images.map(
    (image) =>
      html`<td>${picture(first.shape, image.pixels, `No. ${image.index} of the test set, a ${image.label}`)}</td>`,
  )
  const body = rows.map(
    ({ variant, trial, shape, images }) =>
      html`<tr><th scope="row">${breakable(variant)}<br>trial ${trial}</th>${images.map((image) => heatCell(variant, shape, image))}</tr>\n`,
  )
  return scrollable(
    `Heat maps of ${call}`,
    html`<table class="images">
<caption>${call}</caption>
<thead>
<tr><td></td>${heads}</tr>
</thead>
<tbody>
<tr><th scope="row">test image</th>${clean}</tr>
${body}</tbody>
</table>`,
  )
}

function heatCell(variant: string, [height, width]: ExampleImages['shape'], image: Explained): Markup {
  const isWrong = image.predicted !== image.label
  const alt = `No. ${image.index} of the test set, a ${image.label}: where ${variant} sees a ${image.predicted}`
  const shown = picture([height, width, 3], image.overlay, alt)
  return html`<td>${shown}<span class="${isWrong ? 'wrong' : 'right'}">${image.predicted}</span></td>`
}

function picture(shape: ExampleImages['shape'], pixels: string, alt: string): Markup {
  const uri = pngDataUri(shape, Buffer.from(pixels, 'base64'))
  return html`<img src="${uri}" width="${shape[1]}" height="${shape[0]}" alt="${alt}">`
}
