#!/usr/bin/env bash
# publish.sh NAME...: publishes binaries into artifacts/bin, only those whose sources changed.
# NAME: agent operator plugin cli lab bench conformance
set -euo pipefail
. "$(dirname "$0")/common.sh"

# name -> project folder : binary : folders whose sources it is made of
describe() {
    case $1 in
        agent)    echo "node-agent overlay-agent api kube netlink policy node-agent" ;;
        operator) echo "operator overlay-operator api kube policy operator" ;;
        plugin)   echo "cni-plugin overlay cni-plugin" ;;
        cli)      echo "cli kubectl-overlay api kube policy cli node-agent/Asking/Answers" ;;
        lab)      echo "lab overlay-lab api netlink lab crds" ;;
        bench)    echo "bench overlay-bench api netlink lab crds bench" ;;
        conformance) echo "conformance overlay-conformance api netlink policy lab crds conformance" ;;
        *)        die "publish.sh: no binary '$1'; there are agent, operator, plugin, cli, lab, bench, conformance." ;;
    esac
}

# Name, size and content of every source; a change of the SDK counts too.
fingerprint() {
    {
        dotnet --version
        find "$@" Directory.Build.props Directory.Packages.props global.json -type f \
            -not -path '*/bin/*' -not -path '*/obj/*' -print0 | sort -z | xargs -0 sha256sum
    } | sha256sum | cut -d' ' -f1
}

mkdir -p artifacts/bin artifacts/app artifacts/stamps
exec 9>artifacts/stamps/.lock
flock 9
for name in "$@"; do
    described=$(describe "$name")
    read -r project binary sources <<<"$described"
    # shellcheck disable=SC2086
    now=$(fingerprint $sources)
    stamp=artifacts/stamps/$binary
    if [ -x "artifacts/bin/$binary" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then continue; fi

    say "publishing $binary"
    rm -f "$stamp"
    out=artifacts/app/$binary
    fresh=$out.new      # the old binary serves until the new one is whole
    rm -rf "$fresh"
    log=artifacts/stamps/$binary.log
    # Restored apart, without a runtime identifier, which would travel to the libraries and change their lock files.
    # ObjCopyName: the SDK looks for llvm-objcopy first, and Debian's clang brings none.
    # No build servers: they would idle on for minutes, with half a gigabyte of memory, after a lab that leaves nothing behind.
    # Without the analyzers, which `make build` and `make test` run over the same sources: half of the compiler's time.
    # Nor does what the SDK starts inherit the lock: whoever outlived us would keep the next run waiting.
    native=()
    if grep -q PublishAot "$project"/*.csproj; then native=(-r linux-x64 -p:ObjCopyName=objcopy); fi
    if ! { dotnet restore "$project" --disable-build-servers -v quiet -nologo && dotnet publish "$project" --no-restore --disable-build-servers -c Release -p:RunAnalyzers=false -o "$fresh" "${native[@]}" -v quiet -nologo; } >"$log" 2>&1 9>&-; then
        cat "$log" >&2
        die "publishing $binary failed (log above, and in $log)."
    fi
    rm -rf "$out" && mv "$fresh" "$out"
    ln -sfn "../app/$binary/$binary" "artifacts/bin/$binary"
    echo "$now" >"$stamp"
done
