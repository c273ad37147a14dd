/** Statements of one unit, its define's included: what `manyStatements` counts with. */
const statementsPerUnit = 18

/** One define and the part of the network that uses it: lets, blocks with arguments, branches, a loop, a residual. */
function unit(index: number): { readonly define: string; readonly body: string } {
  const define = `define unit${index}(channels: int, k: int = 3) {
  require k % 2 == 1, "k must be odd; got {k}"
  block conv(channels, k=k, padding="same", norm=batchnorm)
  dropout(0.1)
}
`
  const body = `  // unit ${index}
  let width${index} = 4 + ${index} % 3
  unit${index}(width${index}, k=5)
  if width${index} > 5 {
    block conv(width${index}, k=1, act=gelu)
  } else {
    conv(width${index}, k=1, bias=false)
  }
  for k in [1, 3] {
    let half = div(k, 2)
    conv(width${index}, k=k, padding=half)
  }
  residual {
    conv(width${index}, padding="same")
    batchnorm
  }
  block conv(min(8, 2 * width${index}), padding="same") x2 as stem${index}
  let same${index} = width${index} == 4
  relu
`
  return { define, body }
}

/** A file with one sound network and at least that many statements (less than a unit more), written as people write. */
export function manyStatements(statements: number): string {
  const units = Array.from({ length: Math.ceil(statements / statementsPerUnit) }, (_, index) => unit(index))
  const defines = units.map(({ define }) => define).join('\n')
  const body = units.map((one) => one.body).join('')
  return `${defines}\nnetwork Many {\n  input 8x8x3 in [0, 1]\n${body}  flatten\n  dense(10)\n}\n`
}
