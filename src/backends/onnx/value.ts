import type { Shape } from '../../graph/graph.ts'
import { type Arrangement, equalArrangements, nchw } from './arrangement.ts'

/** A tensor of the ONNX graph under one of its names: the same numbers, axes in that order. */
export interface Form {
  readonly arrangement: Arrangement
  readonly name: string
}

/** What is computed from the network's input. It is transposed at most once for each order of its axes. */
export interface Activation {
  readonly kind: 'activation'
  /** As layers see it: without the batch, channels last. */
  readonly shape: Shape
  /** The first is how it was computed. */
  readonly forms: Form[]
}

/** A weight or constant: its numbers are put into the order that its use wants before they are written. */
export interface Weight {
  readonly kind: 'weight'
  readonly name: string
  readonly shape: Shape
  /** Row by row. */
  readonly values: Float32Array
}

export type OnnxValue = Activation | Weight

/** Layers compute with what the network is given; a weight in such a place is a bug in wmnet. */
export function activationOf(value: OnnxValue): Activation {
  if (value.kind === 'activation') return value
  throw new Error(`a layer computes with its weight ${value.name} alone, which the ONNX export does not know`)
}

/** A kernel or bias of ONNX's own operators. */
export function weightOf(value: OnnxValue): Weight {
  if (value.kind === 'weight') return value
  throw new Error('a layer takes what it computed for a weight, which the ONNX export does not know')
}

export function formIn(x: Activation, arrangement: Arrangement): Form | undefined {
  return x.forms.find((form) => equalArrangements(form.arrangement, arrangement))
}

/** The form that spares the most transpositions: what maps are convolved and pooled in, where it is there already. */
export function preferredForm(x: Activation): Form {
  const form = formIn(x, nchw) ?? x.forms[0]
  if (form === undefined) throw new Error('an activation has no form')
  return form
}

/** The order in which several activations are best combined: one in which all are there, or else the most usual one. */
export function commonArrangement(activations: readonly Activation[]): Arrangement {
  const [first] = activations
  if (first === undefined) throw new Error('nothing to combine')
  const offered = activations.map(preferredForm)
  const shared = first.forms.find(({ arrangement }) => activations.every((x) => formIn(x, arrangement) !== undefined))
  const convolved = offered.find(({ arrangement }) => equalArrangements(arrangement, nchw))
  return (convolved ?? shared ?? preferredForm(first)).arrangement
}
