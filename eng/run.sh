#!/usr/bin/env bash
# run.sh BINARY ARGS...: runs a published binary.
set -euo pipefail
. "$(dirname "$0")/common.sh"
binary=$1; shift
exec "artifacts/bin/$binary" "$@"
