import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compile } from '../src/compile.ts'
import { networks, defines, selectors, structuralDiffs } from '../test/property/random-network.ts'
import { renderDiagnostics } from '../src/diagnostics/render-text.ts'
it('stats', () => {
  const codes = new Map<string, number>()
  let shown = 0
  for (const [net, seed] of fc.sample(fc.tuple(networks, fc.nat()), { numRuns: 400, seed: 1 })) {
    const p = compile(defines + net.text)
    const base = p.diagnostics.filter((d) => d.severity === 'error')
    if (base.length) { codes.set('base ' + base[0].code, (codes.get('base ' + base[0].code) ?? 0) + 1); if (shown++ < 3) console.log(net.text, renderDiagnostics(base, p.sources, { color: false })); continue }
    codes.set('base ok', (codes.get('base ok') ?? 0) + 1)
    for (const d of fc.sample(structuralDiffs(selectors(net.labels)), { numRuns: 5, seed })) {
      const q = compile(`${defines}${net.text}ablation A of N { variant base { }
variant v { ${d} } }`)
      const e = q.diagnostics.find((x) => x.severity === 'error')
      const k = d.split(' ')[0] + ' ' + (e?.code ?? 'ok')
      codes.set(k, (codes.get(k) ?? 0) + 1)
    }
  }
  console.log([...codes].sort())
})
