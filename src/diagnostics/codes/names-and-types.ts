import type { CodeEntry } from '../codes.ts'

/** WM02xx: names, arguments, types and values; imports. */
export const nameAndTypeCodes = {
  WM0201: {
    title: 'unknown name',
    explanation:
      'Nothing in view has this name: no parameter, `let` or loop variable, no define, no import, and no entry of the registry that is looked up here (a layer where a layer is wanted, an optimizer after `train` …).',
    exit: 1,
  },
  WM0202: {
    title: 'name of another kind',
    explanation: 'The name exists, but as something else: an optimizer where a layer is wanted, say.',
    exit: 1,
  },
  WM0203: {
    title: 'name defined twice',
    explanation:
      'One scope holds each name once. Files, parameter lists, bodies, ablations and labels are such scopes; an inner body may reuse a name of an outer one.',
    exit: 1,
  },
  WM0204: {
    title: 'wrong type',
    explanation:
      'The value is of another type than its place wants. Types are never converted silently, but an int is a float.',
    exit: 1,
  },
  WM0205: {
    title: 'value outside its domain',
    explanation:
      'The value has the right type, but the parameter takes only some values of it. The domain is part of the declaration.',
    exit: 1,
  },
  WM0206: {
    title: 'unknown argument',
    explanation:
      'The call, the setting or the statement has no argument of this name. `norm=` and `act=` belong to `block LAYER(…)`, not to a layer applied plainly.',
    exit: 1,
  },
  WM0207: {
    title: 'argument given twice',
    explanation:
      'An argument is given once: by its place, by its name, or earlier, where the layer value was made. `conv(k=3)` fixes `k`, so a later `layer(32, k=5)` cannot give it again; `conv(3)` fixes `channels`, the first parameter, so a later `layer(32)` cannot.',
    exit: 1,
  },
  WM0208: {
    title: 'missing argument',
    explanation: 'The parameter has no default, so that every use must give it.',
    exit: 1,
  },
  WM0209: {
    title: 'too many arguments',
    explanation: 'The call has more positional arguments than the layer, or whatever it is, has parameters.',
    exit: 1,
  },
  WM0210: {
    title: 'not a whole number',
    explanation:
      'An int is wanted and the value is not exact. wmnet never truncates silently: say which number you mean with `div(a, b)`, `floor`, `ceil` or `round`.',
    exit: 1,
  },
  WM0211: {
    title: 'index out of range',
    explanation: 'Lists count from 0, and slices include both ends: `widths[0..1]` is the first two items.',
    exit: 1,
  },
  WM0212: {
    title: 'arithmetic without a result',
    explanation: 'A division by zero, or a result beyond what a 64-bit float holds.',
    exit: 1,
  },
  WM0213: {
    title: 'requirement not met',
    explanation:
      "A `require` of the file does not hold. The message is its author's; the places point at the values involved.",
    exit: 1,
  },
  WM0214: {
    title: 'unknown type',
    explanation:
      'Parameter types are `int`, `float`, `bool`, `string`, `layer`, `shape`, and lists of them such as `[int]`.',
    exit: 1,
  },
  WM0215: {
    title: 'define contains itself',
    explanation:
      'A define stands for layers; one whose body names itself, directly or through others, would never end. Use a repeat (`x3`) or a `for`.',
    exit: 1,
  },
  WM0216: {
    title: 'imported file cannot be read',
    explanation: '`use "path"` is taken from the folder of the file that says it.',
    exit: 1,
  },
  WM0217: {
    title: 'files import each other',
    explanation: 'The files form a cycle. Move what they share into a file of its own.',
    exit: 1,
  },
  WM0218: {
    title: 'import of a name that is not there',
    explanation: '`use` imports what a file declares itself, not what it imports.',
    exit: 1,
  },
  WM0219: {
    title: 'too many imported files',
    explanation:
      'A program has at most 1,000 files, 16,777,216 characters in all, and at most 100 of its files import one another in a row. Put what belongs together into one file.',
    exit: 1,
  },
  WM0220: {
    title: 'range without end',
    explanation:
      'A range includes both ends, so whole steps must lead from the first to the last: `0..0.5 step 0.05`. The step is 1 where none is given, and negative for a falling range.',
    exit: 1,
  },
  WM0221: {
    title: 'not something that takes arguments',
    explanation: 'Only layers and other registered names, layer values, defines and functions can be called.',
    exit: 1,
  },
  WM0222: {
    title: 'unknown label',
    explanation:
      '`add(name)` and `concat(name)` join an earlier result, named by `… as name` before this place, in this body or around it.',
    exit: 1,
  },
  WM0223: {
    title: 'name hides another',
    explanation:
      'A warning. The name of a parameter, a `let` or a loop variable is also one of an outer body or of the file, or it is the name of a built-in layer, initializer or function: where the inner one is in view, the other cannot be used. Nothing is changed by it: a `let` in an inner body leaves the outer name as it is.',
    exit: 1,
  },
  WM0224: {
    title: 'unused name',
    explanation:
      'A warning. Nothing reads this parameter, `let` or imported name, so that the network is the same whatever it is; a variant that sets such a parameter changes nothing. Setting a parameter is no use of it, its name in braces in the message of a `require` is one. A name that starts with `_` is unused on purpose.',
    exit: 1,
  },
  WM0225: {
    title: 'value too large',
    explanation:
      'A list, or a layer value with its arguments, holds at most 1,000,000 values in all, and at most 100 levels of them, one in another. An `alternate` has at most 1,000 layers.',
    exit: 1,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
