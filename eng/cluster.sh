#!/usr/bin/env bash
# A real Kubernetes cluster on this machine, for trying Overlay beside what it is made for: etcd, API server, controllers, scheduler and three
# nodes with kubelet, kube-proxy and containerd, each node in namespaces of its own. The programs are Kubernetes 1.20.2, compiled from Debian 12's
# source package, the newest that has all of them; docs/real-cluster.md tells what that leaves untried.
# cluster.sh build                  the programs, once (10 minutes)
# cluster.sh up                     the cluster, whose nodes wait for a network; needs the images (make images)
# cluster.sh install [HELM ARG...]  Overlay by its chart
# cluster.sh e2e FOCUS [SKIP]       upstream's end-to-end tests whose names match
# cluster.sh kubectl ARG...         kubectl, or 'overlay ARG...' for ours
# cluster.sh at N COMMAND...        a command on node N
# cluster.sh down                   takes all of it away
# PROXY_MODE=iptables|ipvs: kube-proxy's.
set -euo pipefail
. "$(dirname "$0")/common.sh"

store=$root/artifacts/cluster
kubernetes=$store/go/src/k8s.io/kubernetes
control=overlay-cluster nodes='1 2 3'
mkdir -p "$store"/{bin,keys,logs}
node_space() { echo "$control-node$1"; }
on_control() { nsenter --net="/run/netns/$control" "$@"; }

# Starts a program that outlives this script, and remembers its id, with the time of its start: an id alone may be another's after a reboot.
begin() {
    local log=$store/logs/$1
    shift
    setsid "$@" >>"$log" 2>&1 </dev/null &
    begun=$!
    echo "$begun $(started "$begun")" >>"$store/pids"
}

# When a process started, in ticks since boot: the 22nd field of proc(5)'s stat, the 20th behind the name's bracket.
started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

kubectl() { on_control "$root/artifacts/tools/kubectl-1.20" --kubeconfig "$store/keys/admin.conf" "$@"; }

# A command on a node: in its namespaces, with its folders.
at() {
    local first=$1
    first=$(cat "$store/node$1/first")
    shift
    nsenter --target "$first" --net --mount --pid --uts -- "$@"
}

down() {
    local id start
    while read -r id start; do
        [ "$(started "$id")" != "$start" ] || kill -KILL "$id" 2>/dev/null || true
    done < <(tac "$store/pids" 2>/dev/null)
    rm -f "$store/pids"
    for id in $nodes; do ip netns delete "$(node_space "$id")" 2>/dev/null || true; done
    ip netns delete "$control" 2>/dev/null || true
    sleep 1
    rm -rf "$store"/{node?,etcd,keys,logs}
}

case ${1:-} in
    build)   . eng/cluster/build.sh ;;
    up)      [ ! -e "$store/pids" ] || die "there is a cluster, or what is left of one: eng/cluster.sh down takes it away."
             for part in keys images underlay control nodes; do say "$part"; . "eng/cluster/$part.sh"; done ;;
    install) shift; . eng/cluster/install.sh ;;
    e2e)     shift; . eng/cluster/e2e.sh ;;
    kubectl) shift
             if [ "${1:-}" = overlay ]; then shift; KUBECONFIG=$store/keys/admin.conf on_control artifacts/bin/kubectl-overlay "$@"; else kubectl "$@"; fi ;;
    at)      shift; at "$@" ;;
    down)    down ;;
    *)       die "cluster.sh: build, up, install, e2e, kubectl, at or down; see the head of eng/cluster.sh." ;;
esac
