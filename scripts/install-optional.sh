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
# npm 11 unpacks those anew, which loses what was built in them: tfjs-node's addon and its libraries are put aside meanwhile.
built=node_modules/@tensorflow/tfjs-node
aside=node_modules/.wmnet-tfjs-node
put_back() {
  for part in lib deps; do
    if [ -d "$aside/$part" ]; then rm -rf "${built:?}/$part" && mv "$aside/$part" "$built/$part"; fi
  done
  rm -rf "$aside"
}
case "$wanted" in
  @tensorflow/tfjs-node@*) ;;
  *)
    if [ -d "$built/lib" ]; then
      mkdir -p "$aside"
      trap put_back EXIT
      for part in lib deps; do
        if [ -d "$built/$part" ]; then mv "$built/$part" "$aside/$part"; fi
      done
    fi
    ;;
esac
# --save-dev, since npm does not install what is an optional peer alone; no scripts: they download, or build wmnet.
# shellcheck disable=SC2086
npm install --no-save --save-dev --no-audit --no-fund --ignore-scripts "$wanted" $kept
