#!/usr/bin/env bash
# kernels.sh SUITE [TEST...]: boots the kernel of a Debian suite (bullseye-security 5.10, bookworm 6.1, trixie 6.12, ...) in an emulated machine that sees this
# machine's files, read-only, and runs kernel tests in there. Ends with one line: N passed, N failed.
# TEST is PROJECT:PATTERN, classes as the test runner's -class takes them: 'NodeAgent:*VtepKernelTests'. Without any: those of eng/kernels/tests.
set -euo pipefail
. "$(dirname "$0")/common.sh"

suite=${1:?kernels.sh SUITE [TEST...]}
shift
store=$root/artifacts/kernels/$suite
results=$store/results

needed=()
for pair in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static depmod:kmod cpio:cpio; do
    command -v "${pair%%:*}" >/dev/null || needed+=("${pair#*:}")
done
[ ${#needed[@]} = 0 ] || { say "installing ${needed[*]}"; apt-get install -qq -y --no-install-recommends "${needed[@]}" >/dev/null; }

fetch() {
    local kind mirror packages deb
    mkdir -p "$store/apt"
    case $suite in *-security) kind=debian-security ;; *) kind=debian ;; esac
    mirror=$(debian_mirror "$kind")
    [ -n "$mirror" ] || die "apt on this machine knows no mirror of Debian, where the kernels come from."
    debian_source "$mirror" "$suite" >"$store/apt/sources.list"
    debian_apt "$store/apt" apt-get update
    packages=$(debian_apt "$store/apt" apt-cache depends --recurse --no-recommends --no-suggests linux-image-amd64 |
        grep -oE '\blinux-(image|modules)-[0-9][^ ]*-amd64$' | sort -u)
    [ -n "$packages" ] || die "$mirror has no kernel in $suite."
    # shellcheck disable=SC2086
    say fetching $packages
    # shellcheck disable=SC2086
    (cd "$store/apt" && rm -f ./*.deb && debian_apt "$store/apt" apt-get download $packages)
    rm -rf "$store/files.new"
    for deb in "$store"/apt/*.deb; do dpkg-deb -x "$deb" "$store/files.new"; done
    mv "$store/files.new" "$store/files"    # whole, or not there
}

# The little file system that the kernel begins with: a shell, and the modules that it needs to see the host's files, in loading order.
pack() {
    local modules=$1 stage=$2 number=100 line
    mkdir -p "$stage"/{bin,dev,proc,lower,upper,merged,modules}
    cp "$(command -v busybox)" "$stage/bin/busybox"
    install -m 0755 eng/kernels/init "$stage/init"
    [ -e "$modules/modules.dep.bin" ] || depmod -b "${modules%/lib/modules/*}" "${modules##*/}"
    modprobe --dirname "${modules%/lib/modules/*}" --set-version "${modules##*/}" --all --show-depends virtio_pci 9pnet_virtio 9p overlay |
        awk '$1 == "insmod" && !seen[$2]++ {print $2}' |
        while read -r line; do
            number=$((number + 1))
            case $line in *.xz) xz -dc "$line" ;; *.zst) zstd -dqc "$line" ;; *) cat "$line" ;; esac >"$stage/modules/$number-$(basename "${line%%.ko*}").ko"
        done
    (cd "$stage" && find . | cpio --quiet -o -H newc | gzip -1) >"$store/initramfs"
}

# The default list, or the tests that were asked for, as "PROJECT PATTERN" lines.
listed() {
    local test
    set -f
    for test in ${*:-$(sed 's/#.*//' eng/kernels/tests)}; do
        [ -d "tests/Overlay.${test%%:*}.Tests" ] || die "there is no project tests/Overlay.${test%%:*}.Tests: a test is PROJECT:PATTERN, as in Netlink:*LinkTests."
        echo "Overlay.${test%%:*}.Tests ${test#*:}"
    done
    set +f
}

[ -e "$store/files" ] || fetch
modules=$(find "$store/files" -path '*/lib/modules/*' -prune -type d | head -n 1)
kernel=$(find "$store/files" -name 'vmlinuz-*' | head -n 1)
rm -rf "$results" && mkdir -p "$results"
listed "$@" >"$results/tests"
for project in $(cut -d' ' -f1 "$results/tests" | sort -u); do
    dotnet build "tests/$project" -c Release -v quiet -nologo
done
stage=$(mktemp -d) machine=
trap 'rm -rf "$stage"; [ -z "$machine" ] || kill "$machine" 2>/dev/null || true' EXIT
pack "$modules" "$stage"

say "booting ${modules##*/}, emulated: everything takes some ten times longer"
# -cpu max: .NET and the kernel find a current processor. The host's files are read-only to the guest, but for the folder of results.
timeout "${OVERLAY_KERNELS_TIMEOUT:-3h}" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 4096 -nodefaults -no-reboot -display none -serial stdio \
    -kernel "$kernel" -initrd "$store/initramfs" \
    -append "console=ttyS0 quiet panic=-1 overlay.checkout=$root overlay.results=$results overlay.modules=$modules" \
    -virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap" \
    -virtfs "local,path=$results,mount_tag=results,security_model=none" </dev/null > >(tee "$results/console") &
machine=$!
wait "$machine" || say "the emulated machine did not end by itself"
machine=

# One line for each TEST in the summary, and "end" when the machine came to the end of the list.
sum() { sed -nE "s/^.*[ ,:]$1: ([0-9]+).*/\1/p" "$results/summary" | awk '{n += $1} END {print n + 0}'; }
failed=$(sum Failed)
passed=$(($(sum Total) - failed - $(sum Skipped) - $(sum 'Not Run')))
broken=$(grep -cE ' s,$|Total: 0,' "$results/summary" || true)
grep -q '^end$' "$results/summary" || broken=$((broken + 1))
grep -hE -A3 '\[FAIL\]$' "$results"/*.log | cut -c1-240 >&2 || true
echo "$passed passed, $((failed + broken)) failed"
[ $((failed + broken)) = 0 ] && [ "$passed" -gt 0 ]
