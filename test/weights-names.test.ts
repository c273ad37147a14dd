import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile, type Program } from '../src/compile.ts'
import { layerPath, weightNames } from '../src/weights/names.ts'

function compileText(text: string): Program {
  const program = compile(text)
  expect(program.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return program
}

function namesOf(program: Program, variant: string): readonly string[] {
  const found = program.variant(variant)
  if (found === undefined) throw new Error(`no variant ${variant}`)
  return weightNames(found.graph).map(({ name }) => name)
}

describe('weight names', () => {
  it('are the way to the layer in the source, and the weight', () => {
    const program = compileText(`
define twin(channels: int) {
  conv(channels) as half
  residual { block conv(channels, k=3, padding=1, norm=batchnorm) x2 }
}
network Net(deep: bool = true) {
  input 12x12x1
  for c in [4, 6] { twin(c) }
  if deep { scale }
  parallel { branch { conv(2) } branch { block conv(2) x2; dropout(0.5); pad(1) } }
  flatten
  block dense(8, bias=false) x2
  dense(3) as logits
}`)
    expect(namesOf(program, 'Net')).toMatchInlineSnapshot(`
      [
        "for1.1.twin0.conv0.kernel",
        "for1.1.twin0.conv0.bias",
        "for1.1.twin0.residual1.conv0.1.kernel",
        "for1.1.twin0.residual1.conv0.1.bias",
        "for1.1.twin0.residual1.norm0.1.batchnorm.gamma",
        "for1.1.twin0.residual1.norm0.1.batchnorm.beta",
        "for1.1.twin0.residual1.norm0.1.batchnorm.moving_mean",
        "for1.1.twin0.residual1.norm0.1.batchnorm.moving_variance",
        "for1.1.twin0.residual1.conv0.2.kernel",
        "for1.1.twin0.residual1.conv0.2.bias",
        "for1.1.twin0.residual1.norm0.2.batchnorm.gamma",
        "for1.1.twin0.residual1.norm0.2.batchnorm.beta",
        "for1.1.twin0.residual1.norm0.2.batchnorm.moving_mean",
        "for1.1.twin0.residual1.norm0.2.batchnorm.moving_variance",
        "for1.2.twin0.conv0.kernel",
        "for1.2.twin0.conv0.bias",
        "for1.2.twin0.residual1.conv0.1.kernel",
        "for1.2.twin0.residual1.conv0.1.bias",
        "for1.2.twin0.residual1.norm0.1.batchnorm.gamma",
        "for1.2.twin0.residual1.norm0.1.batchnorm.beta",
        "for1.2.twin0.residual1.norm0.1.batchnorm.moving_mean",
        "for1.2.twin0.residual1.norm0.1.batchnorm.moving_variance",
        "for1.2.twin0.residual1.conv0.2.kernel",
        "for1.2.twin0.residual1.conv0.2.bias",
        "for1.2.twin0.residual1.norm0.2.batchnorm.gamma",
        "for1.2.twin0.residual1.norm0.2.batchnorm.beta",
        "for1.2.twin0.residual1.norm0.2.batchnorm.moving_mean",
        "for1.2.twin0.residual1.norm0.2.batchnorm.moving_variance",
        "then2.scale0.kernel",
        "parallel3.branch1.conv0.kernel",
        "parallel3.branch1.conv0.bias",
        "parallel3.branch2.conv0.1.kernel",
        "parallel3.branch2.conv0.1.bias",
        "parallel3.branch2.conv0.2.kernel",
        "parallel3.branch2.conv0.2.bias",
        "dense5.1.kernel",
        "dense5.2.kernel",
        "dense6.kernel",
        "dense6.bias",
      ]
    `)
  })

  it('are shared by the variants that share the layer', () => {
    const program = compileText(`
network Net {
  input 8x8x1
  block conv(4)
  block conv(4) as middle
  flatten
  dense(3)
}
ablation Change of Net {
  variant base {}
  variant inserted { insert batchnorm before conv where index == 1; insert batchnorm after middle }
  variant replaced { replace conv where index == 0 with wm.smooth }
  variant removed { remove middle }
}`)
    const base = namesOf(program, 'base')
    expect(base).toEqual(['conv1', 'conv2', 'dense4'].flatMap((path) => [`${path}.kernel`, `${path}.bias`]))
    const inserted = namesOf(program, 'inserted')
    expect(inserted.filter((name) => base.includes(name))).toEqual(base)
    expect(inserted.filter((name) => !base.includes(name))).toMatchInlineSnapshot(`
      [
        "layer2+0.batchnorm.gamma",
        "layer2+0.batchnorm.beta",
        "layer2+0.batchnorm.moving_mean",
        "layer2+0.batchnorm.moving_variance",
        "activation2+0.batchnorm.gamma",
        "activation2+0.batchnorm.beta",
        "activation2+0.batchnorm.moving_mean",
        "activation2+0.batchnorm.moving_variance",
      ]
    `)
    const replaced = ['wm_smooth1.kernel', 'wm_smooth1.bias', ...base.slice(2)]
    expect(namesOf(program, 'replaced')).toEqual(replaced)
    // The label `middle` moves to what came before; names do not.
    expect(namesOf(program, 'removed')).toEqual([...base.slice(0, 2), ...base.slice(4)])
  })

  it('stay apart where words end in digits or are those of roles', () => {
    const program = compileText(`
define norm(channels: int) { conv(channels, k=1) }
define thin { norm0(channels=3) }
define norm0(channels: int) { conv(channels, k=1) }
define conv1(channels: int) { conv(channels, k=1) }
network Net {
  input 8x8x1
  conv(3)
  conv1(3)
  block norm(3, norm=thin)
  ${Array.from({ length: 12 }, () => 'conv1(3)').join('\n  ')}
  block conv(3, k=1, norm=conv(3, k=1), act=conv(3, k=1))
}`)
    const names = namesOf(program, 'Net')
    expect(new Set(names).size).toBe(names.length)
    expect(names.filter((name) => name.endsWith('.kernel'))).toMatchInlineSnapshot(`
      [
        "conv1.kernel",
        "conv1_2.conv0.kernel",
        "norm__3.conv0.kernel",
        "norm3.thin.norm0_0.conv0.kernel",
        "conv1_4.conv0.kernel",
        "conv1_5.conv0.kernel",
        "conv1_6.conv0.kernel",
        "conv1_7.conv0.kernel",
        "conv1_8.conv0.kernel",
        "conv1_9.conv0.kernel",
        "conv1_10.conv0.kernel",
        "conv1_11.conv0.kernel",
        "conv1_12.conv0.kernel",
        "conv1_13.conv0.kernel",
        "conv1_14.conv0.kernel",
        "conv1_15.conv0.kernel",
        "conv16.kernel",
        "norm16.conv.kernel",
        "activation16.conv.kernel",
      ]
    `)
  })

  it.each(['paper/small', 'paper/resnet', 'paper/densenet', 'budget/budget', 'your-own-block/your-own-block'])(
    'are unique and speak of the layer in examples/%s',
    (example) => {
      const path = `examples/${example}.wmnet`
      const program = compile(
        { path, text: readFileSync(path, 'utf8') },
        { read: (file) => readFileSync(file, 'utf8') },
      )
      expect(program.ok).toBe(true)
      for (const { graph } of program.variants) {
        const named = weightNames(graph)
        expect(new Set(named.map(({ name }) => name)).size).toBe(named.length)
        for (const { name, node, weight } of named) {
          expect(name).toMatch(/^[a-z][\w.+]*$/)
          expect(name).toBe(`${layerPath(node)}.${weight.name}`)
          expect(name).toContain(node.call.name.replace('.', '_'))
        }
      }
    },
  )
})
