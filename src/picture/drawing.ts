import type { BoxSize } from './measure.ts'
import type { Box, Group } from './model.ts'
import type { EdgeStatus } from './routes.ts'

/** Where everything is, in pixels from the top left. */
export interface Drawing {
  readonly width: number
  readonly height: number
  /** Outer ones before those within. */
  readonly frames: readonly PlacedFrame[]
  readonly boxes: readonly PlacedBox[]
  readonly lines: readonly PlacedLine[]
  /** Where a line branches. */
  readonly dots: readonly PlacedDot[]
}

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedFrame extends Rectangle {
  readonly group: Group
  /** How many frames stand around it. */
  readonly depth: number
}

/** Without the stack and the count of a repeat. */
export interface PlacedBox extends Rectangle {
  readonly box: Box
  readonly shape: BoxSize['shape']
}

export type Point = readonly [x: number, y: number]

/** Horizontal and vertical pieces. */
export interface PlacedLine {
  readonly points: readonly Point[]
  readonly status: EdgeStatus
  /** Whether it ends at a box, with an arrowhead. */
  readonly hasHead: boolean
}

export interface PlacedDot {
  readonly at: Point
  readonly status: EdgeStatus
}
