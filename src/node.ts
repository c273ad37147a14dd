/**
 * `wmnet/node`: trained models in folders, and pictures for them. Everything else of the library runs in a browser too.
 */
export { type FittedImage, fitImage } from './predict/fit-image.ts'
export { type Prediction, predictImages } from './predict/predict.ts'
export { type Picture, readPng } from './predict/read-png.ts'
export { openModel, type SavedModel, type StoredModel, saveModel } from './study/model-folder.ts'
