/** The parts of a tiled product that differ: WGSL functions over indices within bounds. */
export interface TiledProduct {
  /** `fn readA(z : i32, m : i32, k : i32) -> f32`, `fn readB(z : i32, k : i32, n : i32) -> f32`, `fn indexC(z : i32, m : i32, n : i32) -> i32`. */
  readonly functions: string
  /** Whether neighbours in memory are neighbours along k: the tiles are loaded along them. */
  readonly aAlongK: boolean
  readonly bAlongK: boolean
  readonly tile: Tile
}

/** Rows of A, columns of B and depth that one workgroup has in its memory at a time. */
export interface Tile {
  readonly m: number
  readonly n: number
  readonly k: number
}

/** Tiles no larger than the arrays need: 64 threads in a square of 8, each with up to 4 × 4 results. */
export function tileFor(m: number, n: number, k: number): Tile {
  const side = (size: number) => (size <= 8 ? 8 : size <= 16 ? 16 : 32)
  return { m: side(m), n: side(n), k: k <= 4 ? 4 : 16 }
}

/** Workgroups of C[z, m, n], in the order that the shader takes them apart. */
export function countTiles(z: number, m: number, n: number, tile: Tile): number {
  return z * Math.ceil(m / tile.m) * Math.ceil(n / tile.n)
}

/**
 * C[z, m, n] = Σ_k A(z, m, k)·B(z, k, n) over k in [z-th start, …): WGSL of a product in tiles of workgroup memory. Uniforms
 * `zs`, `ms`, `ns` are the sizes, `depth` the number of terms, of which the functions see 0 … depth − 1 for each z.
 * No barrier stands in a branch: beyond the bounds zeros are multiplied.
 */
export function tiledProduct({ functions, aAlongK, bAlongK, tile }: TiledProduct): string {
  const [rows, columns] = [tile.m / 8, tile.n / 8]
  const place = (along: boolean, size: number) =>
    along ? `let k = e % ${tile.k}; let s = e / ${tile.k};` : `let k = e / ${size}; let s = e % ${size};`
  return `
    ${functions}
    // One more column than the tile has keeps neighbouring threads off each other's memory banks.
    var<workgroup> tileA : array<array<f32, ${tile.m + 1}>, ${tile.k}>;
    var<workgroup> tileB : array<array<f32, ${tile.n + 1}>, ${tile.k}>;
    fn main(index : i32) {
      let lane = index % 64;
      let group = index / 64;
      let across = (uniforms.ns + ${tile.n - 1}) / ${tile.n};
      let down = (uniforms.ms + ${tile.m - 1}) / ${tile.m};
      let z = group / (across * down);
      let m0 = (group / across) % down * ${tile.m};
      let n0 = group % across * ${tile.n};
      let row = lane / 8;
      let column = lane % 8;
      var sums : array<array<f32, ${columns}>, ${rows}>;
      for (var k0 = 0; k0 < uniforms.depth; k0 += ${tile.k}) {
        for (var e = lane; e < ${tile.m * tile.k}; e += 64) {
          ${place(aAlongK, tile.m)}
          var value = 0.0;
          if (z < uniforms.zs && m0 + s < uniforms.ms && k0 + k < uniforms.depth) { value = readA(z, m0 + s, k0 + k); }
          tileA[k][s] = value;
        }
        for (var e = lane; e < ${tile.n * tile.k}; e += 64) {
          ${place(bAlongK, tile.n)}
          var value = 0.0;
          if (z < uniforms.zs && n0 + s < uniforms.ns && k0 + k < uniforms.depth) { value = readB(z, k0 + k, n0 + s); }
          tileB[k][s] = value;
        }
        workgroupBarrier();
        for (var k = 0; k < ${tile.k}; k++) {
          for (var i = 0; i < ${rows}; i++) {
            let a = tileA[k][row + 8 * i];
            for (var j = 0; j < ${columns}; j++) { sums[i][j] += a * tileB[k][column + 8 * j]; }
          }
        }
        workgroupBarrier();
      }
      for (var i = 0; i < ${rows}; i++) {
        for (var j = 0; j < ${columns}; j++) {
          let m = m0 + row + 8 * i;
          let n = n0 + column + 8 * j;
          if (z < uniforms.zs && m < uniforms.ms && n < uniforms.ns) { result[indexC(z, m, n)] = sums[i][j]; }
        }
      }
    }`
}
