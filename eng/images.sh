#!/usr/bin/env bash
# Builds the images without a daemon, into artifacts/images: an OCI archive and an SBOM each.
# images.sh [--newer] [--unpack FOLDER] [NAME...]: agent and operator unless named.
# --newer: see debian.sh. --unpack: lays the files of one image out in FOLDER instead, as images/Dockerfile asks for.
# SOURCE_DATE_EPOCH: the time the images bear, in place of the commit's.
set -euo pipefail
. "$(dirname "$0")/common.sh"

arch=amd64 newer=() into=(--archive artifacts/images)
while [ $# -gt 0 ]; do
    case $1 in
        --newer)  newer=(--newer); shift ;;
        --unpack) into=(--unpack "${2:?--unpack FOLDER}"); shift 2 ;;
        *)        break ;;
    esac
done
[ $# -gt 0 ] || set -- agent operator

for name in "$@"; do
    case $name in
        agent)    eng/publish.sh agent plugin cli ;;
        operator) eng/publish.sh operator ;;
        *)        die "images.sh: no image '$name'; there are agent, operator." ;;
    esac
done
eng/debian.sh fetch "$arch" "${newer[@]}"
dotnet build eng/images -c Release -v quiet -nologo >&2

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
git diff-index --quiet HEAD 2>/dev/null || revision=$revision-modified
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
for name in "$@"; do
    eng/images/bin/Release/net10.0/overlay-images "$name" "$arch" "$version" "$revision" "$epoch" "${into[@]}"
done
