/** What tfjs prints while it starts, and nobody can act on. */
const noise: readonly RegExp[] = [
  /Hi, looks like you are running TensorFlow\.js in Node\.js/,
  /^The kernel '.+' for backend '.+' is already registered$/,
  /^The gradient for '.+' is already registered$/,
  /^\S+ backend was already registered\. Reusing existing backend factory\.$/,
  /^Platform \S+ has already been set\. Overwriting the platform with/,
]

/** Runs an action and drops tfjs's startup lines from console.warn; every other warning passes. */
export async function withoutStartupNoise<T>(action: () => Promise<T>): Promise<T> {
  const warn = console.warn
  console.warn = (...parts: unknown[]) => {
    const text = parts.join(' ').trim()
    if (!noise.some((pattern) => pattern.test(text))) warn(...parts)
  }
  try {
    return await action()
  } finally {
    console.warn = warn
  }
}
