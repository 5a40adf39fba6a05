#!/usr/bin/env bash
# lab.sh up|down|...: the published overlay-lab, with this repository's binaries.
set -euo pipefail
. "$(dirname "$0")/common.sh"
exec artifacts/bin/overlay-lab "$@"
