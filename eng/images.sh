#!/usr/bin/env bash
# Builds the images without a daemon, into artifacts/images: an OCI archive and an SBOM each.
# images.sh [--newer] [NAME...]: agent and operator unless named. --newer: see debian.sh.
# ARCH=arm64: for another machine. SOURCE_DATE_EPOCH: the time the images bear, in place of the commit's.
set -euo pipefail
. "$(dirname "$0")/common.sh"

arch=${ARCH:-amd64}
newer=
[ "${1:-}" != --newer ] || { newer=--newer; shift; }
names=("$@")
[ $# -gt 0 ] || names=(agent operator)

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
git diff-index --quiet HEAD 2>/dev/null || revision=$revision-modified
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}

eng/publish.sh agent operator plugin cli
eng/debian.sh fetch "$arch" $newer
tool=eng/images/bin/Release/net10.0/overlay-images
dotnet build eng/images -c Release -v quiet -nologo >&2
for name in "${names[@]}"; do
    "$tool" "$name" "$arch" "$version" "$revision" "$epoch" --archive artifacts/images
done
