import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Where downloads are kept: $XDG_CACHE_HOME/wmnet where that is set (an absolute path, as its specification asks), else
 * the system's usual place.
 */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'wmnet')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'wmnet')
  if (platform === 'win32') return join(local ?? join(home, 'AppData', 'Local'), 'wmnet', 'Cache')
  return join(home, '.cache', 'wmnet')
}
