#!/usr/bin/env bash
# e2e-kind.sh: a real cluster of three nodes in containers, with Overlay as its only network, and the upstream end-to-end tests on it.
# Needs docker, kind, kubectl, helm, and hydrophone (which runs the cluster's own conformance image as a pod).
#   IP_FAMILY=ipv4|ipv6|dual   PROXY_MODE=iptables|nftables   BACKEND=auto|nftables|iptables
#   FOCUS=REGEX SKIP=REGEX     which upstream tests          KEEP=1  leave the cluster
set -euo pipefail
. "$(dirname "$0")/common.sh"

ip_family=${IP_FAMILY:-ipv4} proxy_mode=${PROXY_MODE:-iptables} backend=${BACKEND:-auto}
cluster=${CLUSTER:-overlay-e2e}
focus=${FOCUS:-'\[sig-network\] (Netpol|NetworkPolicy|Services|HostPort|Networking)'}
# Slow and disruptive tests ask for a cluster of their own; the others here for what this one has not: load balancers, IPVS, a cloud, SCTP sockets.
skip=${SKIP:-'\[(Slow|Serial|Disruptive|Feature:(SCTPConnectivity|IPv6DualStack|Networking-Performance|Example|LoadBalancer))\]|LoadBalancer|GCE|ESIPP'}
results=artifacts/e2e-kind/$ip_family-$proxy_mode-$backend

case $ip_family in
    ipv4) pods=10.255.0.0/16 services=10.96.0.0/16 pools=() ;;
    ipv6) pods=fd00:255::/48 services=fd00:96::/112 pools=(--set network.ipv4.cidr= --set network.ipv6.cidr=fd00:255::/48) ;;
    dual) pods=10.255.0.0/16,fd00:255::/48 services=10.96.0.0/16,fd00:96::/112 pools=(--set network.ipv6.cidr=fd00:255::/48) ;;
    *)    die "IP_FAMILY is '$ip_family': it must be ipv4, ipv6 or dual." ;;
esac
case $proxy_mode in iptables|nftables) ;; *) die "PROXY_MODE is '$proxy_mode': it must be iptables or nftables." ;; esac
case $backend in auto|nftables|iptables) ;; *) die "BACKEND is '$backend': it must be auto, nftables or iptables." ;; esac
for tool in docker kind kubectl helm hydrophone; do
    command -v "$tool" >/dev/null || die "$tool is missing: this target needs docker, kind, kubectl, helm and hydrophone on the PATH."
done

shopt -s nullglob
images=(artifacts/images/*-amd64.tar)
[ ${#images[@]} -ge 2 ] || die "there are no images in artifacts/images: run 'make images' first."

clear_away() {
    code=$?
    trap - EXIT
    if [ "$code" != 0 ]; then
        say "something failed: what the cluster says of itself goes to $results"
        kubectl --context "kind-$cluster" get nodes,pods -A -o wide || true
        kind export logs --name "$cluster" "$results/logs" || true
    fi
    [ -n "${KEEP:-}" ] || kind delete cluster --name "$cluster" || true
    exit "$code"
}
mkdir -p "$results"
trap clear_away EXIT

say "a cluster without a network: $ip_family, kube-proxy by $proxy_mode"
kind create cluster --name "$cluster" --config=- <<YAML
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
networking:
  disableDefaultCNI: true
  ipFamily: $ip_family
  kubeProxyMode: $proxy_mode
  podSubnet: "$pods"
  serviceSubnet: "$services"
nodes:
- role: control-plane
- role: worker
- role: worker
YAML
for image in "${images[@]}"; do kind load image-archive --name "$cluster" "$image"; done

say "helm install"
begun=$SECONDS
helm install overlay charts/overlay --kube-context "kind-$cluster" -n overlay-system --create-namespace \
    --set network.rules.backend="$backend" "${pools[@]}" --wait --timeout 5m
kubectl --context "kind-$cluster" wait --for=condition=Ready nodes --all --timeout=5m
say "all nodes Ready $((SECONDS - begun)) s after helm install began"
kubectl --context "kind-$cluster" wait --for=condition=Ready pods -n kube-system -l k8s-app=kube-dns --timeout=5m
helm test overlay --kube-context "kind-$cluster" -n overlay-system --timeout 5m

say "the upstream tests: $focus"
kind get kubeconfig --name "$cluster" >"$results/kubeconfig"
hydrophone --kubeconfig "$results/kubeconfig" --focus "$focus" --skip "$skip" --parallel "${PARALLEL:-4}" --output-dir "$results"

say "helm uninstall leaves nothing behind"
helm uninstall overlay --kube-context "kind-$cluster" -n overlay-system --timeout 5m
for node in $(kind get nodes --name "$cluster"); do
    left=$(docker exec "$node" sh -c '
        ip -o link | grep -oE "overlay-vtep|ovp[0-9a-f]+" ; nft list table inet overlay 2>/dev/null | head -n 1
        ls -d /opt/cni/bin/overlay /etc/cni/net.d/*overlay* /var/lib/overlay /run/overlay 2>/dev/null' || true)
    [ -z "$left" ] || die "helm uninstall left on $node: $left"
done
