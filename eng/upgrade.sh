#!/usr/bin/env bash
# upgrade.sh REVISION: a lab goes from another revision of this repository to this one and back, under traffic.
set -euo pipefail
. "$(dirname "$0")/common.sh"
revision=${1:-}
[ -n "$revision" ] || die "upgrade.sh: name the revision to come from, as make upgrade FROM=HEAD~20."
commit=$(git rev-parse --verify --quiet "$revision^{commit}") || die "upgrade.sh: this repository has no revision $revision."

other=artifacts/releases/$commit
if [ ! -x "$other/artifacts/bin/overlay" ] || [ ! -x "$other/artifacts/bin/overlay-operator" ] || [ ! -x "$other/artifacts/bin/overlay-agent" ]; then
    say "building $(git log -1 --format='%h %s' "$commit")"
    mkdir -p "$other"
    git archive "$commit" | tar -x -C "$other"
    (cd "$other" && eng/publish.sh agent operator plugin)
fi

eng/publish.sh agent operator plugin lab
name=Overlay.EndToEnd.Tests
dotnet build "tests/$name" -c Release -v quiet -nologo
OVERLAY_OTHER_BINARIES=$PWD/$other/artifacts/bin exec "tests/$name/bin/Release/net10.0/$name" -noColor -explicit only -class '*.TwoReleasesTests' -showLiveOutput
