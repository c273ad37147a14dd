import type { Construct } from '../registry/construct.ts'
import type { ArgsOf, Params } from '../registry/params.ts'

/** Images as bytes, [count, H, W, C]; byte b stands for low + (high − low)·b/255 of the dataset's range. */
export interface Split {
  readonly images: Uint8Array
  /** Class indices. */
  readonly labels: Uint8Array
  readonly count: number
}

/** What is known of a dataset without loading it: enough to check a network against it. */
export interface DatasetInfo {
  readonly description: string
  /** [H, W, C] */
  readonly shape: readonly [number, number, number]
  readonly range: readonly [number, number]
  /** Class names in label order. */
  readonly classes: readonly string[]
}

export interface Dataset extends DatasetInfo {
  readonly train: Split
  /** Empty (count 0) where the protocol keeps none. */
  readonly validation: Split
  readonly test: Split
}

export interface LoadContext {
  /** The protocol's seed: which images go to validation. */
  readonly seed: number
  /** `--data` or WMNET_DATA: where the user keeps data files; null to download into the cache. */
  readonly dataDir: string | null
  readonly signal?: AbortSignal
  onDownload?(progress: { readonly file: string; readonly received: number; readonly total: number | null }): void
}

export interface DatasetSpec<P extends Params = Params> extends Construct<P> {
  readonly registry: 'dataset'
  /** Set where all images show light things on a dark ground, so that `wmnet predict` can tell a negative. */
  readonly ground?: 'dark'
  info(args: ArgsOf<P>): DatasetInfo
  /** Throws a DiagnosticError (WM06xx) that names the file. Imports Node modules lazily: the registry loads in browsers. */
  load(args: ArgsOf<P>, context: LoadContext): Promise<Dataset>
}

export function defineDataset<const P extends Params>(definition: Omit<DatasetSpec<P>, 'registry'>): DatasetSpec<P> {
  return { ...definition, registry: 'dataset' }
}
