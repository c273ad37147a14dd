import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderCharts } from '../src/report/index.ts'
import type { RunResult } from '../src/study/results.ts'
import { damagedRun, run } from './golden/report/fixture.ts'
import { hostileText, poison } from './golden/report/poison.ts'

function chart(result: RunResult, name: string): string {
  const found = renderCharts(result).find((candidate) => candidate.name === name)
  if (found === undefined) throw new Error(`no chart ${name}`)
  return found.svg
}

/** Reads XML as strictly as its grammar for elements, attributes and text, and gives the tags. Throws on anything else. */
function readXml(text: string): readonly string[] {
  const body = text.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/, '').trim()
  const token =
    /<(\/?)([a-zA-Z][\w-]*)((?: [\w:-]+="(?:[^<&"]|&(?:amp|lt|gt|quot|#39);)*")*)(\/?)>|((?:[^<&]|&(?:amp|lt|gt|quot|#39);)+)/gy
  const tags: string[] = []
  const open: string[] = []
  while (token.lastIndex < body.length) {
    const at = token.lastIndex
    const match = token.exec(body)
    if (match === null) throw new Error(`not well-formed at: ${body.slice(at, at + 60)}`)
    const [, close, tag = '', attributes = '', empty] = match
    if (tag === '') continue
    const names = [...attributes.matchAll(/ ([\w:-]+)="[^"]*"/g)].map(([, name]) => name)
    if (new Set(names).size !== names.length) throw new Error(`attribute twice in ${match[0]}`)
    if (close === '/' && open.pop() !== tag) throw new Error(`unexpected ${match[0]}`)
    if (close === '' && empty === '') open.push(tag)
    tags.push(`${close}${tag}`)
  }
  if (open.length > 0) throw new Error(`left open: ${open.join(' ')}`)
  return tags
}

describe('charts', () => {
  for (const { name, svg } of renderCharts(run)) {
    it(`draws ${name}`, async () => {
      await expect(svg).toMatchFileSnapshot(`golden/report/${name}.svg`)
    })
  }

  it('draws the damaged run', async () => {
    const svg = chart(damagedRun, 'activation_mse-uniform-upper')
    await expect(svg).toMatchFileSnapshot('golden/report/damaged-activation_mse-uniform-upper.svg')
  })

  it('covers every measure of every sweep, the zero gradients and the training', () => {
    expect(renderCharts(run).map(({ name }) => name)).toEqual([
      'error-uniform-upper',
      'activation_mse-uniform-upper',
      'error-fgsm-eps',
      'activation_mse-fgsm-eps',
      'zero-gradients-fgsm-eps',
      'training-loss',
      'validation-error',
    ])
  })

  it('is well-formed XML without NaN, references or links', () => {
    for (const { svg } of [...renderCharts(run), ...renderCharts(damagedRun)]) {
      expect(readXml(svg)[0]).toBe('svg')
      expect(svg).not.toMatch(/NaN|Infinity|undefined|href|url\(|<style|<script/)
    }
  })

  it('is the same at every drawing', () => {
    expect(renderCharts(run)).toEqual(renderCharts(run))
  })

  it('draws one curve with markers for each variant, and a band only where trials deviate', () => {
    const svg = chart(run, 'error-fgsm-eps')
    const [curves, bands] = ['stroke-width="1.75"', 'fill-opacity="0.15"'].map((mark) => svg.split(mark).length - 1)
    // Each variant has its curve and, beside its name, a sample of it.
    expect(curves).toBe(2 * run.variants.length)
    expect(bands).toBe(2)
  })

  it('draws single-level sweeps as bars', () => {
    const variants = run.variants.map((variant) => ({
      ...variant,
      sweeps: variant.sweeps.map((sweep) => ({ ...sweep, points: sweep.points.slice(3, 4) })),
    }))
    expect(chart({ ...run, variants }, 'error-fgsm-eps')).toContain('31.6 ± 3.4 %')
  })

  it('draws one epoch, and leaves a gap where a trial diverged', () => {
    const variants = run.variants.map((variant, index) => ({
      ...variant,
      trials: variant.trials.map((trial) => ({
        ...trial,
        epochs: trial.epochs
          .slice(0, 1)
          .map((epoch) => (index + trial.trial === 1 ? { ...epoch, loss: Number.NaN } : epoch)),
      })),
    }))
    const svg = chart({ ...run, variants }, 'training-loss')
    expect(svg).toContain('cnn (no data)')
    expect(svg).toContain('>smooth<')
    expect(svg).toContain('Points that were not measured or are not finite numbers are missing.')
  })

  it('draws nothing for a run without variants', () => {
    expect(renderCharts({ ...run, variants: [] })).toEqual([])
  })

  it('draws ten thousand-fold and constant values alike', () => {
    for (const values of [
      [0, 0],
      [5, 5],
      [1e-9, 1e9],
      [0, 1e-12],
      [-3, 4],
      [Number.NaN, 2],
    ]) {
      const variants = run.variants.map((variant) => ({
        ...variant,
        sweeps: variant.sweeps.map((sweep) => ({
          ...sweep,
          points: sweep.points.map((point, index) => ({
            level: point.level,
            measures: { activation_mse: { mean: values[index % 2] ?? 0, std: Math.abs(values[0] ?? 0) } },
          })),
        })),
      }))
      for (const { svg } of renderCharts({ ...run, variants })) expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    }
  })

  it('keeps hostile text as text', () => {
    const expected = renderCharts(poison(run, 'x')).map(({ svg }) => readXml(svg))
    fc.assert(
      fc.property(hostileText, (text) => {
        const charts = renderCharts(poison(run, text))
        expect(charts.map(({ svg }) => readXml(svg))).toEqual(expected)
        for (const { name, svg } of charts) {
          expect(name).toMatch(/^[a-z0-9_-]+$/)
          // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML forbids
          expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff\u202a-\u202e\u2066-\u2069]/)
          expect(Buffer.from(svg).toString()).toBe(svg)
        }
      }),
      { numRuns: 10 },
    )
  })
})
