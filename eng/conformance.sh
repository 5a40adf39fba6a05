#!/usr/bin/env bash
# conformance.sh --cases DIR --mode MODE ...: plays conformance cases. Packets need the cluster's binaries, tables only the runner.
set -euo pipefail
. "$(dirname "$0")/common.sh"
binaries=(conformance)
case " $* " in *" --mode packets "*) binaries+=(agent operator plugin lab) ;; esac
eng/publish.sh "${binaries[@]}"
exec artifacts/bin/overlay-conformance "$@"
