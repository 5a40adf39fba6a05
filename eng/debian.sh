#!/usr/bin/env bash
# Debian's part of the images: the packages of images/debian.lock, fetched by apt and unpacked, never installed. They are Debian 13's, whatever
# Debian this machine has: nft before 1.1.0 writes rules that later kernels refuse (docs/kernels.md).
# debian.sh fetch ARCH [--newer]   into artifacts/images/debian/ARCH/NAME/{control,files}; prints nothing.
#                                  --newer takes the mirror's version where it no longer serves the one of the lock.
# debian.sh lock                   writes the mirror's versions and sums into images/debian.lock.
set -euo pipefail
. "$(dirname "$0")/common.sh"

suite=trixie
lock=images/debian.lock
store=$root/artifacts/images/debian

# apt for one architecture. OVERLAY_APT_SOURCES names a sources.list to use in place of the suite on the machine's mirror, as one of a dated archive.
of_arch() {
    local arch=$1 program=$2
    shift 2
    debian_apt "$store/apt/$arch" "$program" -o "APT::Architecture=$arch" -o "APT::Architectures=$arch" \
        -o "Dir::Etc::SourceList=${OVERLAY_APT_SOURCES:-$store/apt/sources.list}" "$@"
}

# Where the packages come from, and whether what is compiled here runs beside them: programs are linked against this machine's C library.
sources() {
    local mirror updates
    case $(. /etc/os-release && echo "${ID:-}-${VERSION_ID:-}") in
        debian-12 | debian-13) ;;
        *) die "the images' programs are compiled on Debian 12 or 13, and this is $(. /etc/os-release && echo "${PRETTY_NAME:-another system}"): use the Dockerfile in images/." ;;
    esac
    if [ -n "${OVERLAY_APT_SOURCES:-}" ]; then
        OVERLAY_APT_SOURCES=$(realpath "$OVERLAY_APT_SOURCES")
        return
    fi
    mirror=$(debian_mirror debian)
    [ -n "$mirror" ] || die "apt on this machine knows no mirror of Debian; name a sources.list of Debian's $suite in OVERLAY_APT_SOURCES."
    mkdir -p "$store/apt"
    debian_source "$mirror" "$suite" >"$store/apt/sources.list"
    updates=$(debian_mirror debian-security)
    [ -z "$updates" ] || debian_source "$updates" "$suite-security" >>"$store/apt/sources.list"
}

summed() { echo "$2  $1" | sha256sum --check --status 2>/dev/null; }

# The .deb of a package and version where it has been fetched; some are for all architectures.
archived() { find "$store/archives" -name "$2_${3/:/%3a}_$1.deb" -o -name "$2_${3/:/%3a}_all.deb" | head -n 1; }

# Unpacks one package beside its control fields, which the SBOM and scanners read.
unpack() {
    local deb=$1 into=$2
    rm -rf "$into"
    mkdir -p "$into"
    dpkg-deb -x "$deb" "$into/files"
    dpkg-deb -f "$deb" Package Version Architecture Maintainer Source Homepage Description >"$into/control"
    sha256sum "$deb" | cut -d' ' -f1 >"$into/sha256"
}

fetch() {
    local arch=$1 newer=${2:-} name version sum deb old missing=() names=0
    mkdir -p "$store/archives" "$store/$arch"
    while read -r _ name version sum; do
        names=$((names + 1))
        summed "$(archived "$arch" "$name" "$version")" "$sum" || missing+=("$name=$version")
    done < <(grep "^$arch " "$lock")
    [ $names -gt 0 ] || die "$lock has no packages for $arch."
    if [ ${#missing[@]} -gt 0 ]; then
        say "fetching ${#missing[@]} Debian packages"
        of_arch "$arch" apt-get update
        # In one go. It fails as a whole when one is no longer served; the loop below tells which.
        (cd "$store/archives" && of_arch "$arch" apt-get download "${missing[@]}" >&2 2>/dev/null) || true
    fi
    while read -r _ name version sum; do
        deb=$(pinned "$arch" "$name" "$version" "$sum" || newest "$arch" "$name" "$version" "$newer")
        [ "$(cat "$store/$arch/$name/sha256" 2>/dev/null)" = "$(sha256sum "$deb" | cut -d' ' -f1)" ] || unpack "$deb" "$store/$arch/$name"
    done < <(grep "^$arch " "$lock")
    # What the lock no longer names is no part of an image.
    for old in "$store/$arch"/*/; do
        grep -q "^$arch $(basename "$old") " "$lock" || rm -rf "$old"
    done
}

# Prints the file that the lock means; fails when it is not there. Another file under a pinned version is never taken.
pinned() {
    local arch=$1 name=$2 version=$3 sum=$4 deb
    deb=$(archived "$arch" "$name" "$version")
    [ -n "$deb" ] || (cd "$store/archives" && of_arch "$arch" apt-get download "$name=$version" >&2 2>/dev/null) || return 1
    deb=$(archived "$arch" "$name" "$version")
    summed "$deb" "$sum" || die "$deb is not the file that $lock pins: its SHA-256 is $(sha256sum "$deb" | cut -d' ' -f1). Delete it and try again."
    echo "$deb"
}

# Prints the file of the version that the mirror has, if that was asked for.
newest() {
    local arch=$1 name=$2 version=$3 newer=$4 served
    served=$(candidate "$arch" "$name")
    [ "$newer" = --newer ] || die "the mirror no longer serves $name $version ($arch); it has ${served:-none}. Run 'make images-lock' and commit $lock, or name a dated archive's sources.list in OVERLAY_APT_SOURCES."
    say "$name $version ($arch) is no longer served; taking $served: this is not the pinned image"
    (cd "$store/archives" && of_arch "$arch" apt-get download "$name=$served" >&2)
    archived "$arch" "$name" "$served"
}

candidate() { of_arch "$1" apt-cache show --no-all-versions "$2" 2>/dev/null | sed -n 's/^Version: //p' | head -n 1; }

relock() {
    local arch name version sum fresh=$lock.new
    grep '^#' "$lock" >"$fresh" || true
    for arch in $(grep -v '^#' "$lock" | cut -d' ' -f1 | sort -u); do
        of_arch "$arch" apt-get update
        for name in $(awk -v arch="$arch" '$1 == arch {print $2}' "$lock" | sort); do
            read -r version sum < <(of_arch "$arch" apt-cache show --no-all-versions "$name" |
                awk '/^Version: /{v=$2} /^SHA256: /{s=$2} END{print v, s}')
            [ -n "$sum" ] || die "the mirror has no package $name for $arch."
            echo "$arch $name $version $sum" >>"$fresh"
        done
    done
    mv "$fresh" "$lock"
}

case ${1:-} in
    fetch) sources; fetch "${2:?debian.sh fetch ARCH}" "${3:-}" ;;
    lock)  sources; relock ;;
    *)     die "debian.sh: fetch ARCH [--newer] or lock." ;;
esac
