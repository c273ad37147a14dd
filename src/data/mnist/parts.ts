/** The four files of MNIST by their upstream names. */
export const mnistNames = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const

export type MnistName = (typeof mnistNames)[number]

/** MD5 of the unpacked files: what upstream and its mirrors publish. It tells damage from sameness; it is no defence. */
export type MnistSums = Readonly<Record<MnistName, string>>

export const mnistSums: MnistSums = {
  'train-images-idx3-ubyte': '6bbc9ace898e44ae57da46a324031adb',
  'train-labels-idx1-ubyte': 'a25bea736e30d166cdddb491f175f624',
  't10k-images-idx3-ubyte': '2646ac647ad5339dbf082846283269ea',
  't10k-labels-idx1-ubyte': '27ae3e4e09519cfbb04c329615203637',
}

/** Of the files in `mnist-sample/`; its README says how they were made. */
export const mnistSampleSums: MnistSums = {
  'train-images-idx3-ubyte': 'bb29783893ad28f3a8474b40724a3729',
  'train-labels-idx1-ubyte': 'e5e92f120972976228f3db5f8cd4ed4a',
  't10k-images-idx3-ubyte': '7a4c7e2638d81f0935f8ec962efb4203',
  't10k-labels-idx1-ubyte': 'd710130e49baa92a976d8315ef9187c3',
}

export const mnistShape = [28, 28, 1] as const
export const mnistClasses = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const
