#!/bin/sh
# Optional: makes the tensorflow backend run on the CPU, by @tensorflow/tfjs-node in this project's node_modules.
#
# tfjs-node's own installer downloads libtensorflow and a prebuilt addon from storage.googleapis.com. Where that cannot be
# reached (or `--from-wheel` is given), the addon is compiled against the libraries in a TensorFlow wheel from the Python
# package index. That needs g++, unzip, the headers of Node, and pip to fetch the wheel. Nothing of Python runs later.
set -eu
cd "$(dirname "$0")/.."

tfjs=4.22.0
# The last wheel whose C++ library was tried with the addon of this tfjs-node.
tensorflow=2.21.0
package=node_modules/@tensorflow/tfjs-node
addon="$package/lib/napi-v8/tfjs_binding.node"

works() {
  TF_CPP_MIN_LOG_LEVEL=3 node -e "
    const util = require('node:util')
    util.isNullOrUndefined ??= (value) => value === null || value === undefined
    const tf = require('@tensorflow/tfjs-node')
    if (tf.getBackend() !== 'tensorflow') process.exit(1)
    if (tf.tidy(() => tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0]) !== 11) process.exit(1)
  " 2>/dev/null
}

# The installer asks the network at once and has no time limit of its own.
install_prebuilt() {
  timeout 20 curl -sfI https://storage.googleapis.com/tensorflow/ -o /dev/null || return 1
  (cd "$package" && timeout 600 npm run install)
}

need() {
  missing=''
  for tool in "$@"; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
  [ -z "$missing" ] && return 0
  command -v apt-get >/dev/null || { echo "needs$missing: install them and run this again" >&2; exit 3; }
  packages=$(echo "$missing" | sed 's/pip3/python3-pip/')
  as_root=''
  if [ "$(id -u)" -ne 0 ]; then as_root='sudo'; fi
  $as_root apt-get update
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
}

# Node's own headers: beside the binary (nodejs.org, nvm, setup-node) or in /usr/include/node (Debian's libnode-dev).
find_headers() {
  for folder in "$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")/include/node" /usr/include/node /usr/local/include/node; do
    if [ -f "$folder/node_api.h" ]; then echo "$folder"; return 0; fi
  done
  echo 'the header node_api.h of Node is not there: install Node from nodejs.org, or libnode-dev' >&2
  exit 3
}

install_from_wheel() {
  need g++ unzip pip3
  headers=$(find_headers)
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  # Any Python's wheel will do: only its headers and C++ libraries are used.
  pip3 download -q --no-deps --only-binary=:all: --python-version 3.12 --platform manylinux_2_27_x86_64 \
    -d "$work" "tensorflow-cpu==$tensorflow"
  unzip -q "$work"/tensorflow*.whl 'tensorflow/include/*' 'tensorflow/libtensorflow_cc.so.2' \
    'tensorflow/libtensorflow_framework.so.2' -d "$work"
  mkdir -p "$package/deps/lib" "$package/lib/napi-v8"
  cp "$work"/tensorflow/libtensorflow_cc.so.2 "$work"/tensorflow/libtensorflow_framework.so.2 "$package/deps/lib/"
  g++ -O1 -std=c++17 -shared -fPIC -DNAPI_VERSION=8 -I"$headers" -I"$work/tensorflow/include" -I"$package/binding" \
    "$package"/binding/*.cc -o "$addon" -L"$package/deps/lib" \
    -l:libtensorflow_cc.so.2 -l:libtensorflow_framework.so.2 "-Wl,-rpath,\$ORIGIN/../../deps/lib"
}

if works; then
  echo "tfjs-node works already"
  exit 0
fi
scripts/install-optional.sh "@tensorflow/tfjs-node@$tfjs"
if [ "${1:-}" != '--from-wheel' ] && install_prebuilt && works; then
  echo "tfjs-node $tfjs works, with its own libtensorflow"
  exit 0
fi
install_from_wheel
works || { echo 'the addon was built but does not run; try: node -e "require(\"@tensorflow/tfjs-node\")"' >&2; exit 3; }
echo "tfjs-node $tfjs works, with TensorFlow $tensorflow"
