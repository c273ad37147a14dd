import type * as tfc from '@tensorflow/tfjs-core'

type Tf = typeof tfc

/**
 * `f` for tf.grad, tf.grads or tf.variableGrads, of whose backward pass no more is kept in memory than the rest of it needs. tfjs keeps
 * what the forward pass saved and every gradient on the way until all of it is done, which is about as much again as the activations.
 *
 * Not for derivatives of derivatives: the forward pass can be gone through backwards once.
 */
export function releasingEarly<Args extends unknown[], Result>(
  tf: Tf,
  f: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    const tape = tf.engine().state.activeTape
    const before = tape.length
    const result = f(...args)
    releaseOnTheWayBack(tape.slice(before))
    return result
  }
}

/** tfjs goes through the tape from its end, so when an operation's turn comes, those after it are done. */
function releaseOnTheWayBack(tape: readonly TapeNode[]): void {
  let done: readonly (tfc.Tensor | null)[] = []
  for (const node of tape) {
    const { gradient, saved = [] } = node
    if (gradient === undefined) continue
    node.gradient = (dys) => {
      for (const tensor of done) tensor?.dispose()
      done = [...dys, ...saved]
      const computations = Object.entries(gradient(dys)).map(([input, compute]) => {
        const ofItsOwn = () => {
          const dx = compute()
          return dys.includes(dx) ? dx.clone() : dx
        }
        return [input, ofItsOwn] as const
      })
      return Object.fromEntries(computations)
    }
  }
}

type TapeNode = ReturnType<Tf['engine']>['state']['activeTape'][number]
