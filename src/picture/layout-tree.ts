import type { Box, Group, Item, Picture } from './model.ts'

/** Slots one below the other on a common axis. */
export interface Body {
  readonly slots: readonly Slot[]
}

export type Slot = BoxSlot | FrameSlot | ColumnsSlot

export interface BoxSlot {
  readonly kind: 'box'
  readonly box: Box
}

/** A group with its border and name. */
export interface FrameSlot {
  readonly kind: 'frame'
  readonly group: Group
  readonly body: Body
}

/** Bodies side by side: the branches of a parallel, or a residual's body and the projection on its shortcut. */
export interface ColumnsSlot {
  readonly kind: 'columns'
  readonly bodies: readonly Body[]
  /** Around the axis, rather than the first on it and the others to its right. */
  readonly isCentred: boolean
}

/** A box's slot, or the slot of what it stands in. */
export interface Place {
  readonly body: Body
  readonly slot: number
}

export interface LayoutTree {
  readonly root: Body
  /** For each box, by its id, the places from the root inwards. */
  readonly places: readonly (readonly Place[])[]
}

export function createLayoutTree({ items }: Picture): LayoutTree {
  const root = createBody(items)
  const places: (readonly Place[])[] = []
  recordPlaces(root, [], places)
  return { root, places }
}

function createBody(items: readonly Item[]): Body {
  return { slots: items.flatMap(createSlots) }
}

function createSlots(item: Item): readonly Slot[] {
  if (item.kind === 'box') return [{ kind: 'box', box: item }]
  // A branch is a column of its parallel; where it is the only one it needs no border.
  if (item.structure === 'branch') return createBody(item.items).slots
  return [{ kind: 'frame', group: item, body: createGroupBody(item) }]
}

function createGroupBody({ items }: Group): Body {
  const branches = items.filter(isBranch)
  if (branches.length > 1) {
    const bodies = branches.map((branch) => createBody(branch.items))
    const columns: ColumnsSlot = { kind: 'columns', bodies, isCentred: true }
    return { slots: [columns, ...createBody(items.filter((item) => !isBranch(item))).slots] }
  }
  const shortcut = items.findIndex(isShortcut)
  if (shortcut < 1) return createBody(items)
  const end = items.findIndex((item, index) => index > shortcut && !isShortcut(item))
  const shortcuts = items.slice(shortcut, end === -1 ? items.length : end)
  const bodies = [createBody(items.slice(0, shortcut)), createBody(shortcuts)]
  const after = createBody(items.slice(shortcut + shortcuts.length))
  return { slots: [{ kind: 'columns', bodies, isCentred: false }, ...after.slots] }
}

function isBranch(item: Item): item is Group {
  return item.kind === 'group' && item.structure === 'branch'
}

function isShortcut(item: Item): boolean {
  return item.kind === 'box' && item.role === 'shortcut'
}

function recordPlaces(body: Body, around: readonly Place[], places: (readonly Place[])[]): void {
  body.slots.forEach((slot, index) => {
    const path = [...around, { body, slot: index }]
    if (slot.kind === 'box') places[slot.box.id] = path
    else if (slot.kind === 'frame') recordPlaces(slot.body, path, places)
    else for (const column of slot.bodies) recordPlaces(column, path, places)
  })
}
