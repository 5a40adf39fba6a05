# Sourced by eng/cluster.sh: each node's folders, containerd, kubelet and kube-proxy, in namespaces of its own; it ends with its first process.
boot='
set -e
own=$1 name=$2 address=$3 store=$4 proxy=$5
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$own/etc,workdir=$own/etc.work" /etc
mount --bind "$own/lib" /var/lib
mount --bind "$own/log" /var/log
mount --bind "$own/opt" /opt
mount --rbind "$own/run" /run
mount --make-rshared /
hostname "$name"
again() { log=$own/$1.log; shift; while :; do "$@" >>"$log" 2>&1 || true; sleep 0.5; done; }
again containerd containerd --config "$own/containerd.toml" &
sleep 2
again kubelet "$store/bin/kubelet" --config="$own/kubelet.yaml" --kubeconfig="$store/keys/$name.conf" --hostname-override="$name" --node-ip="$address" \
    --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd.sock --v=2 &
again proxy "$store/bin/kube-proxy" --kubeconfig="$store/keys/admin.conf" --hostname-override="$name" --proxy-mode="$proxy" --cluster-cidr=10.255.0.0/16 \
    --conntrack-max-per-core=0 --conntrack-tcp-timeout-established=0 --conntrack-tcp-timeout-close-wait=0 --v=2 &
wait'

for node in $nodes; do
    own=$store/node$node
    mkdir -p "$own"/{run/netns,run/lock,lib,log,opt,etc,etc.work}
    cat >"$own/containerd.toml" <<C
version = 2
root = "$own/containerd"
[grpc]
address = "/run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "k8s.gcr.io/pause:3.2"
disable_apparmor = true
restrict_oom_score_adj = true
C
    cat >"$own/kubelet.yaml" <<C
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {x509: {clientCAFile: $store/keys/ca.crt}, webhook: {enabled: true}, anonymous: {enabled: false}}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupRoot: /$control-node$node
cgroupsPerQOS: false
enforceNodeAllocatable: []
failSwapOn: false
clusterDomain: cluster.local
clusterDNS: [10.89.0.1]
evictionHard: {memory.available: 50Mi}
featureGates: {BoundServiceAccountTokenVolume: true, RootCAConfigMap: true}
C
    begin "node$node" nsenter "--net=/run/netns/$(node_space "$node")" unshare --mount --pid --uts --fork --kill-child --mount-proc \
        sh -c "$boot" sh "$own" "node$node" "10.89.0.1$node" "$store" "${PROXY_MODE:-iptables}"
    parent=$begun
    for try in $(seq 50); do
        tr -d ' ' <"/proc/$parent/task/$parent/children" >"$own/first"
        [ ! -s "$own/first" ] || break
        sleep 0.1
    done
    [ -s "$own/first" ] || die "node$node did not start: see $store/logs/node$node; eng/cluster.sh down takes away what there is."
    for try in $(seq 30); do ! at "$node" ctr -a /run/containerd.sock version >/dev/null 2>&1 || break; sleep 0.5; done
    for image in "$store"/{pause,agnhost,busybox}.tar "$root"/artifacts/images/overlay-*.tar; do
        at "$node" ctr -a /run/containerd.sock -n k8s.io images import "$image" >/dev/null
    done
done
for try in $(seq 60); do [ "$(kubectl get nodes -o name | wc -l)" != 3 ] || break; sleep 1; done
[ "$(kubectl get nodes -o name | wc -l)" = 3 ] || die "not all nodes came: see kubelet.log in $store/node1 to node3; eng/cluster.sh down takes away what there is."
kubectl get nodes
