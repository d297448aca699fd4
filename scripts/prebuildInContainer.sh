#!/bin/sh
# Builds the addon inside an old-glibc or an Alpine container and checks what it asks of its system. Run by the workflow
# "prebuild" with the checkout as working folder. Usage: prebuildInContainer.sh TARGET
# The old-glibc container has a recent GCC and no Node: the runner's own is mounted at /opt/hostnode, and runs on glibc 2.28. Its
# Pythons are not on the PATH. Packages' install scripts bring what only tests and packaging need.
set -eu
target=$1
if [ -f /etc/alpine-release ]; then
  apk add --no-cache build-base linux-headers python3
  # This Alpine's C++ library is newer than that of the oldest one VS Code runs on. Hidden, so that the host's does not mix with it.
  export LDFLAGS="-static-libstdc++ -static-libgcc -Wl,--exclude-libs,ALL"
else
  export PATH="/opt/hostnode/bin:$PATH" PYTHON=/opt/python/cp312-cp312/bin/python
fi
npm ci --ignore-scripts
npm run build -- native --release
case $target in
  alpine-*) addon=prebuilds/linux-${target#alpine-}/terahex.musl.node ;;
  *) addon=prebuilds/$target/terahex.node ;;
esac
node scripts/lib/checkAddon.mjs "$target" "$addon"
