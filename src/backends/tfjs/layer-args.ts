import type { ArgValue } from '../../registry/params.ts'

/**
 * A custom layer's arguments as one string of its config. tfjs rewrites every key and string of a saved config to
 * snake_case and of a loaded one to camelCase (`bias_init`, "Same"), so JSON with the characters that it looks for,
 * underscores and capitals, written as escapes.
 */
export function encodeArgs(args: Readonly<Record<string, ArgValue>>): string {
  return JSON.stringify(args).replace(
    /[A-Z_]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

export function decodeArgs(text: string): Readonly<Record<string, ArgValue>> {
  return JSON.parse(text) as Record<string, ArgValue>
}
