import type { CodeEntry } from '../codes.ts'

export const dataCodes = {
  WM0601: {
    title: 'data file not found',
    explanation:
      'The folder given by `--data` or `WMNET_DATA` lacks one of the files of the dataset. A folder that was asked for is the only place searched: nothing is downloaded instead. Put the files there, each with or without `.gz`, or leave the option out to download them.',
    exit: 3,
  },
  WM0602: {
    title: 'data file cannot be read',
    explanation: 'The system refused to open or read a data file or its folder; the message gives its reason.',
    exit: 3,
  },
  WM0603: {
    title: 'damaged gzip file',
    explanation:
      'The file starts like a gzip file but cannot be unpacked: an interrupted copy or download. Copy it again.',
    exit: 3,
  },
  WM0604: {
    title: 'not an IDX file',
    explanation:
      'An IDX file starts with two zero bytes, the element type, and the number of dimensions. This one does not, packed or unpacked.',
    exit: 3,
  },
  WM0605: {
    title: 'wrong IDX element type',
    explanation: 'Images and labels are unsigned bytes, IDX type 0x08. The file holds elements of another type.',
    exit: 3,
  },
  WM0606: {
    title: 'wrong IDX dimensions',
    explanation:
      'Images have three dimensions (count, height, width) and labels one (count), and the height and width are those of the dataset. Perhaps the files of images and labels have been swapped.',
    exit: 3,
  },
  WM0607: {
    title: 'data file too large',
    explanation:
      'The file, what it unpacks to, or what its header announces is far larger than any file of the dataset. It is refused before memory is set aside for it.',
    exit: 3,
  },
  WM0608: {
    title: 'truncated IDX file',
    explanation: 'The file ends before the data that its header announces: an interrupted copy. Copy it again.',
    exit: 3,
  },
  WM0609: {
    title: 'trailing bytes after the IDX data',
    explanation: 'The file goes on after the data that its header announces, so one of the two is wrong.',
    exit: 3,
  },
  WM0610: {
    title: 'images and labels differ in number',
    explanation:
      'Image i belongs to label i, so both files must have the same count. Perhaps a training file stands next to a test file.',
    exit: 3,
  },
  WM0611: {
    title: 'label out of range',
    explanation: 'A label is the index of a class, from 0 to the number of classes less one.',
    exit: 3,
  },
  WM0612: {
    title: 'checksum does not match',
    explanation:
      "The file is well formed, but its bytes (after unpacking) are not those of the dataset that the protocol names. Results under that name would not be comparable, so wmnet refuses other data in MNIST's files.",
    exit: 3,
  },
  WM0613: {
    title: 'download failed',
    explanation:
      'None of the public addresses gave the file with the right checksum; the message says what each answered. Without a network, copy the files into the cache folder or point `--data DIR` at them; `mnist(sample=true)` needs no download at all.',
    exit: 3,
  },
  WM0614: {
    title: 'cache folder cannot be written',
    explanation:
      'Downloads are kept in a cache folder (`$XDG_CACHE_HOME/wmnet`, or the usual place of the system). The system refused to write there; the message gives its reason.',
    exit: 3,
  },
  WM0615: {
    title: 'more images asked for than there are',
    explanation:
      'The `train` and `test` of a dataset say how many of its images to use, class by class in proportion. They cannot exceed what the dataset has, and `mnist(sample=true)` has 6,000 and 1,000.',
    exit: 1,
  },
  WM0616: {
    title: 'validation leaves a split empty',
    explanation:
      'The share of training images kept for validation is rounded to whole images. Both the training and the validation images must then be at least one; `validation=0` keeps none on purpose.',
    exit: 1,
  },
  WM0617: {
    title: 'synthetic images do not fit in memory',
    explanation:
      'The number of images times height, width and channels is a number of bytes that must lie between 1 and 2 GiB.',
    exit: 1,
  },
} as const satisfies Record<`WM${number}`, CodeEntry>
