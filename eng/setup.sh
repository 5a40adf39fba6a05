#!/usr/bin/env bash
# Installs the system packages that are missing and checks the SDK. Asks apt only for what is missing.
set -euo pipefail
. "$(dirname "$0")/common.sh"

[ "$(uname -s)" = Linux ] || die "Overlay needs Linux: its data plane is the kernel's VXLAN and nftables."
[ "$(id -u)" = 0 ] || die "run as root (sudo make ...): namespaces, devices and rules belong to root."

# command -> Debian package
wanted=(
    ip:iproute2 nft:nftables iptables:iptables ipset:ipset conntrack:conntrack sysctl:procps
    cc:gcc objcopy:binutils unzip:unzip curl:curl containerd:containerd runc:runc
)
missing=()
for pair in "${wanted[@]}"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
done
[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)               # the native link step
[ -x /usr/lib/cni/ptp ] || [ -x /opt/cni/bin/ptp ] || missing+=(containernetworking-plugins)   # what the bench compares with

if [ ${#missing[@]} -gt 0 ]; then
    command -v apt-get >/dev/null || die "missing: ${missing[*]}. This script knows apt only; install them your distribution's way."
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || {
        apt-get update -qq
        apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
    }
fi

command -v dotnet >/dev/null || die "the .NET 10 SDK is missing: https://dotnet.microsoft.com/download (or apt-get install dotnet-sdk-10.0)."
case $(dotnet --version 2>/dev/null) in
    10.*) ;;
    *) die "the .NET SDK is $(dotnet --version 2>&1 | head -1); global.json asks for 10.0.4xx." ;;
esac

modprobe vxlan 2>/dev/null || true    # built in or loaded on demand on most kernels
