#!/bin/sh
# Optional: makes the webgpu backend run without a graphics card, for tests: Dawn (the npm package webgpu) in this project's
# node_modules, on SwiftShader, the software Vulkan driver in Debian's chromium. It computes correctly, at 0.4 GFLOP/s.
#
# Prints the line that selects the driver: `eval "$(npm run --silent setup:webgpu)"` prepares a shell. With a graphics card
# none of this is needed but `npm install webgpu`.
set -eu
cd "$(dirname "$0")/.."

# The version that the kernels were tested with.
webgpu=0.6.2
driver="${WMNET_SOFTWARE_VULKAN:-/usr/lib/chromium/vk_swiftshader_icd.json}"

fail() {
  echo "$1" >&2
  exit 3
}

# Dawn loads the Vulkan loader by its name, and the loader the driver that VK_ICD_FILENAMES names.
works() {
  VK_ICD_FILENAMES="$driver" node -e "
    const { create } = require('webgpu')
    create([]).requestAdapter().then(async (adapter) => {
      const device = await adapter?.requestDevice()
      process.exit(device ? 0 : 1)
    }).catch(() => process.exit(1))
  " >/dev/null 2>&1
}

install_driver() {
  command -v apt-get >/dev/null || fail \
    'no apt-get on this system: install a Vulkan loader and SwiftShader, and set WMNET_SOFTWARE_VULKAN to its icd.json'
  as_root=''
  if [ "$(id -u)" -ne 0 ]; then as_root='sudo'; fi
  $as_root apt-get update >&2
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium libvulkan1 >&2
}

if ! works; then
  if [ ! -f "$driver" ] || ! ldconfig -p 2>/dev/null | grep -q 'libvulkan\.so\.1'; then install_driver; fi
  [ -f "$driver" ] || fail "there is no software Vulkan driver $driver"
  scripts/install-optional.sh "webgpu@$webgpu" >&2
  works || fail "webgpu $webgpu is installed, but finds no adapter with VK_ICD_FILENAMES=$driver"
fi
echo "webgpu works on the software Vulkan driver; to use it:" >&2
echo "export VK_ICD_FILENAMES=$driver"
