/** This package's version and the tfjs release it is pinned to; a test holds them to package.json. */
export const version = '0.1.0'
export const tfjsVersion = '4.22.0'
