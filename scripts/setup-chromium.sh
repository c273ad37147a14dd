#!/bin/sh
# Optional: installs Debian's chromium for test/browser. Does nothing where a chromium is there already.
set -eu

chromium="${CHROMIUM_PATH:-$(command -v chromium || true)}"
if [ -n "$chromium" ] && [ -x "$chromium" ]; then
  echo "chromium is here already: $chromium"
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "no apt-get on this system: install chromium yourself and set CHROMIUM_PATH to it" >&2
  exit 3
fi

as_root=''
if [ "$(id -u)" -ne 0 ]; then as_root='sudo'; fi
$as_root apt-get update
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core
command -v chromium
