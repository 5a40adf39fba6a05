#!/usr/bin/env bash
# Removes what a killed test run left behind: namespaces named ovt-*. (The lab clears its own.)
set -euo pipefail
. "$(dirname "$0")/common.sh"
for path in /var/run/netns/ovt-*; do
    [ -e "$path" ] || continue
    name=$(basename "$path")
    ip netns pids "$name" 2>/dev/null | xargs -r kill -9 2>/dev/null || true
    ip netns delete "$name" 2>/dev/null || rm -f "$path"
done
