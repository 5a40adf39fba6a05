#!/bin/bash
# guest.sh CHECKOUT RESULTS: inside the emulated machine, runs the tests that RESULTS/tests names, and switches the machine off.
# RESULTS is on the host, so what a test printed is there while it still runs.
checkout=$1 results=$2
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DOTNET_ROOT DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")

trap 'sync; echo o >/proc/sysrq-trigger; sleep 60' EXIT
mount -t tmpfs tmpfs /run
mkdir -p /dev/pts /dev/shm /run/lock
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 results "$results" || exit
ip link set lo up
cd "$checkout" || exit

# The kernel loads a module when it is first asked for; emulated, that alone is longer than the agent lets iptables-restore take.
find "/lib/modules/$(uname -r)/" -path '*/net/*netfilter/*' -name '*.ko*' | grep -E '/(xt_|nft_|ip_set_|ip[6t]*_?tables|ip6?table_|ip6?t_)' |
    sed -E 's,.*/,,; s,\.ko.*,,' | xargs modprobe -qa

echo "kernel $(uname -r)" >"$results/summary"
while read -r project classes; do
    log=$results/$(wc -l <"$results/summary").log
    begun=$SECONDS
    timeout --signal=INT --kill-after=30s "${OVERLAY_TEST_TIMEOUT:-60m}" \
        "tests/$project/bin/Release/net10.0/$project" -noColor -reporter verbose -maxThreads 1 -class "$classes" >"$log" 2>&1 </dev/null
    code=$?
    counts=$(grep -E "^ +$project +Total:" "$log" | tail -n 1)
    echo "$project $classes: exit $code after $((SECONDS - begun)) s,${counts#*"$project"}" | tee -a "$results/summary"
    grep -E '\[(FAIL|SKIP)\]$' "$log"
done <"$results/tests"
echo end >>"$results/summary"
