#!/usr/bin/env bash
# Generates crds/*.yaml from the types in api/, and gives the chart its copy: Helm follows no path out of a chart.
set -euo pipefail
. "$(dirname "$0")/common.sh"
dotnet run --project eng/crds-generator -c Release -- crds
cp crds/*.yaml charts/overlay/crds/
cp crds/optional/*.yaml charts/overlay/files/
