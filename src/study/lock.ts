import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DiagnosticError, error } from '../diagnostics/diagnostic.ts'
import { guardWrites } from './atomic-write.ts'

/** Makes this process the folder's only writer until the returned function is called; throws WM0804 if another one is. */
export function claimFolder(folder: string): () => void {
  const path = join(folder, '.lock')
  guardWrites(folder, () => mkdirSync(folder, { recursive: true }))
  if (!tryLock(path)) {
    const holder = readHolder(path)
    if (isAlive(holder)) {
      const [pid, host] = holder.split('@')
      throw new DiagnosticError([
        error('WM0804', `process ${pid} on ${host} writes to ${folder}`, {
          hints: [`wait for it, or delete ${path} if that process is not wmnet`],
        }),
      ])
    }
    // Its owner was killed.
    guardWrites(path, () => rmSync(path, { force: true }))
    if (!tryLock(path)) return claimFolder(folder)
  }
  return () => rmSync(path, { force: true })
}

function tryLock(path: string): boolean {
  return guardWrites(path, () => {
    try {
      writeFileSync(path, `${process.pid}@${hostname()}\n`, { flag: 'wx' })
      return true
    } catch (caught) {
      if (caught instanceof Error && 'code' in caught && caught.code === 'EEXIST') return false
      throw caught
    }
  })
}

function readHolder(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    // Released since.
    return ''
  }
}

/** Whether the holder, `pid@host`, may still run; that of another machine cannot be asked. */
function isAlive(holder: string): boolean {
  const [pid, host] = holder.split('@')
  if (host !== undefined && host !== hostname()) return true
  const number = Number(pid)
  // An empty file: its owner was killed between creating and filling it.
  if (!Number.isInteger(number) || number <= 0) return false
  if (number === process.pid) return true
  try {
    process.kill(number, 0)
    return true
  } catch (caught) {
    return caught instanceof Error && 'code' in caught && caught.code === 'EPERM'
  }
}
