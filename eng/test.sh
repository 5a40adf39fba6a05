#!/usr/bin/env bash
# Builds everything, publishes the binaries, runs every test project one after the other (kernel tests share a machine),
# and ends with one line: N passed, N failed. Exit 1 when a test failed, a project ran none, or one broke off.
# test.sh [WORD]: only the projects whose name contains WORD.
set -euo pipefail
. "$(dirname "$0")/common.sh"

say "building"
dotnet build Overlay.sln -c Release -v quiet -nologo
eng/publish.sh agent operator plugin cli lab
eng/kubectl.sh >/dev/null || say "kubectl and helm could not be fetched: the tests that use them are skipped"
eng/images.sh --newer >/dev/null || say "the images could not be made: the tests that run them are skipped"
eng/sweep.sh

passed=0 failed=0 broken=0
results=artifacts/test-results
rm -rf "$results"; mkdir -p "$results"
for folder in tests/*${1:-}*/; do
    name=$(basename "$folder")
    binary=${folder}bin/Release/net10.0/$name
    [ -x "$binary" ] || continue
    grep -rqsE '\[(Fact|Theory|Property)' "$folder" --include='*.cs' || continue    # a project whose tests are still to come
    log=$results/$name.log
    say "$name"
    begun=$SECONDS
    code=0
    # Most tests wait for a kernel or a peer: two at a time for each processor keep it busy.
    # SIGINT lets the runner stop its tests, so that these clean up after themselves.
    timeout --signal=INT --kill-after=30s "${OVERLAY_TEST_TIMEOUT:-15m}" "$binary" -noColor -maxThreads 2x >"$log" 2>&1 </dev/null || code=$?
    # The runner's summary: "  NAME  Total: 66, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 11.003s".
    count() { sed -nE "s/^ +$name +Total:.*/, &/; s/^.*[ ,]$1: ([0-9]+),.*/\1/p" "$log" | tail -n 1 | grep . || echo 0; }
    f=$(count Failed) s=$(count Skipped)
    p=$(($(count Total) - f - s - $(count 'Not Run')))
    passed=$((passed + p)) failed=$((failed + f))
    printf '    %s passed, %s failed, %s skipped in %s s\n' "$p" "$f" "$s" "$((SECONDS - begun))"
    if [ "$code" != 0 ]; then
        grep -vE '^(xUnit|Running tests from|$)' "$log" | tail -n 150
        [ "$f" != 0 ] || broken=$((broken + 1))
    fi
    [ $((p + f)) -gt 0 ] || { echo "    no test ran"; broken=$((broken + 1)); }
done

# Which tests failed, and why, last of all: whoever reads only the end of a log wants to know just this.
if [ "$failed" != 0 ]; then
    echo "Failed:" >&2
    grep -hE -A2 '\[FAIL\]$' "$results"/*.log | cut -c1-240 >&2 || true
fi
[ "$broken" = 0 ] || echo "$broken project(s) broke off or ran no test: see above and $results/" >&2
echo "$passed passed, $((failed + broken)) failed"
[ $((failed + broken)) = 0 ] && [ "$passed" -gt 0 ]
