#!/usr/bin/env bash
# Generates crds/*.yaml from the types in api/.
set -euo pipefail
. "$(dirname "$0")/common.sh"
dotnet run --project eng/crds-generator -c Release -- crds
