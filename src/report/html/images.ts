import type { ExampleImages, RunResult } from '../../study/results.ts'
import { html, type Markup } from '../markup.ts'
import { pngDataUri } from '../png.ts'
import { printLevel } from '../sweeps.ts'
import { scrollable } from './parts.ts'

type Example = ExampleImages['images'][number]

/** The images of a run. */
export function examplesOf(run: RunResult, examples: readonly ExampleImages[]): readonly ExampleImages[] {
  return examples.filter((example) => example.run.subject === run.subject && example.run.protocol === run.protocol.name)
}

/** Test images clean and perturbed, one grid for each variant. */
export function imageGrids(examples: readonly ExampleImages[]): Markup {
  if (examples.length === 0) return html``
  return html`<h3>Test images, clean and perturbed</h3>
<p class="note">Under each image is what the network takes it for. What it gets wrong is underlined and marked <span class="wrong"></span>.</p>
${examples.map(imageGrid)}`
}

function imageGrid(example: ExampleImages): Markup {
  const perturbations = example.images[0]?.perturbed ?? []
  const heads = perturbations.map(
    (entry) => html`<th scope="col">${entry.name}<br>${entry.parameter} ${printLevel(entry.level)}</th>`,
  )
  const rows = example.images.map((image) => imageRow(example.shape, image))
  const caption = `${example.variant}, trial ${example.trial}`
  return scrollable(
    `Images of ${caption}`,
    html`<table class="images">
<caption>${caption}</caption>
<thead>
<tr><th scope="col" class="text">test image</th><th scope="col">clean</th>${heads}</tr>
</thead>
<tbody>
${rows}</tbody>
</table>`,
  )
}

function imageRow(shape: ExampleImages['shape'], image: Example): Markup {
  const clean = imageCell(shape, image, 'clean', image.clean)
  const perturbed = image.perturbed.map((entry) =>
    imageCell(shape, image, `${entry.name} ${entry.parameter} ${printLevel(entry.level)}`, entry),
  )
  return html`<tr><th scope="row">no. ${image.index}<br>a ${image.label}</th>${clean}${perturbed}</tr>\n`
}

function imageCell(
  shape: ExampleImages['shape'],
  image: Example,
  condition: string,
  shown: { readonly pixels: string; readonly predicted: string },
): Markup {
  const isWrong = shown.predicted !== image.label
  const alt = `No. ${image.index} of the test set, ${condition}: a ${image.label} taken for ${isWrong ? '' : 'what it is, '}${shown.predicted}`
  const uri = pngDataUri(shape, Buffer.from(shown.pixels, 'base64'))
  return html`<td><img src="${uri}" width="${shape[1]}" height="${shape[0]}" alt="${alt}"><span class="${isWrong ? 'wrong' : 'right'}">${shown.predicted}</span></td>`
}
