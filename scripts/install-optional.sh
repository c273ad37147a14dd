#!/bin/sh
# Installs an optional peer into node_modules and leaves package.json and the lockfile as they are: install-optional.sh
# NAME@VERSION. npm removes what neither of them lists, so the optional peers that are there already are named again.
set -eu
cd "$(dirname "$0")/.."

wanted="$1"
kept=''
for name in @tensorflow/tfjs-node @tensorflow/tfjs-node-gpu webgpu; do
  case "$wanted" in "$name@"*) continue ;; esac
  if [ -f "node_modules/$name/package.json" ]; then
    kept="$kept $name@$(node -p 'require(process.argv[1]).version' "./node_modules/$name/package.json")"
  fi
done
# --save-dev, since npm does not install what is an optional peer alone; no scripts: they download, or build wmnet.
# shellcheck disable=SC2086
npm install --no-save --save-dev --no-audit --no-fund --ignore-scripts "$wanted" $kept
