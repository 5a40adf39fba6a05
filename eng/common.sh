# Sourced by the scripts beside it: where things are, and how to say what happens.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
if command -v dotnet >/dev/null && [ -z "${DOTNET_ROOT:-}" ]; then
    DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
    export DOTNET_ROOT   # the published lab finds the runtime of an SDK that lives in an odd place
fi

say() { printf '\033[36m==>\033[0m %s\n' "$*" >&2; }
die() { printf '\033[31merror:\033[0m %s\n' "$*" >&2; exit 1; }

# The mirror that this machine's apt uses for an archive ("debian", "debian-security"): it serves the other suites too. Prints nothing when there is none.
debian_mirror() { apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep "/$1/\?\$" | head -n 1 || true; }

# A line of a sources.list.
debian_source() { echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $1 $2 main"; }

# debian_apt FOLDER PROGRAM ARG...: apt with sources (FOLDER/sources.list), lists and cache of its own: the machine's apt and dpkg are not touched, nothing is installed.
debian_apt() {
    local apt=$1 program=$2
    shift 2
    mkdir -p "$apt"/{lists/partial,archives/partial}
    touch "$apt/status"
    "$program" -qq -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root \
        -o "Dir::State::Lists=$apt/lists" -o "Dir::State::Status=$apt/status" -o "Dir::Cache=$apt" "$@"
}
