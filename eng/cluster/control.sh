# Sourced by eng/cluster.sh: the control plane, and the cluster's DNS. It stands outside the overlay, as a hosted one does.
cluster=(nsenter "--net=/run/netns/$control")
bin=$store/bin keys=$store/keys
begin etcd "${cluster[@]}" etcd --data-dir "$store/etcd" --unsafe-no-fsync
begin apiserver "${cluster[@]}" "$bin/kube-apiserver" --etcd-servers=http://127.0.0.1:2379 --advertise-address=10.89.0.1 --client-ca-file="$keys/ca.crt" \
    --tls-cert-file="$keys/server.crt" --tls-private-key-file="$keys/server.key" --service-cluster-ip-range=10.96.0.0/16 --authorization-mode=Node,RBAC \
    --enable-admission-plugins=NodeRestriction --allow-privileged=true --service-account-key-file="$keys/accounts.pub" --service-account-signing-key-file="$keys/accounts.key" \
    --service-account-issuer=https://kubernetes.default.svc --kubelet-client-certificate="$keys/admin.crt" --kubelet-client-key="$keys/admin.key" \
    --kubelet-preferred-address-types=InternalIP --feature-gates=BoundServiceAccountTokenVolume=true,RootCAConfigMap=true
begin controllers "${cluster[@]}" "$bin/kube-controller-manager" --kubeconfig="$keys/admin.conf" --service-account-private-key-file="$keys/accounts.key" \
    --root-ca-file="$keys/ca.crt" --use-service-account-credentials --controllers='*,-nodeipam' --feature-gates=RootCAConfigMap=true --leader-elect=false
begin scheduler "${cluster[@]}" "$bin/kube-scheduler" --kubeconfig="$keys/admin.conf" --leader-elect=false

# Names of Services, from the API server twice a second: enough for those that the tests look up.
: >"$store/services"
begin dns "${cluster[@]}" dnsmasq --keep-in-foreground --no-resolv --no-hosts --addn-hosts="$store/services" --listen-address=10.89.0.1 --bind-interfaces \
    --local=/cluster.local/ --pid-file="$store/dns.pid" --user=root
begin names env PATH="$PATH" sh -c '
    while sleep 0.5; do
        "$@" get services -A -o jsonpath="{range .items[*]}{.spec.clusterIP} {.metadata.name}.{.metadata.namespace}.svc.cluster.local {.metadata.name}.{.metadata.namespace}.svc{\"\n\"}{end}" 2>/dev/null |
            grep -v ^None >"$0.new" && ! cmp -s "$0.new" "$0" && cp "$0.new" "$0" && kill -HUP "$(cat "${0%/*}/dns.pid")"
    done' "$store/services" "${cluster[@]}" "$root/artifacts/tools/kubectl-1.20" --kubeconfig "$keys/admin.conf"

for try in $(seq 60); do ! kubectl get --raw /readyz >/dev/null 2>&1 || break; sleep 1; done
kubectl get --raw /readyz >/dev/null || die "the API server did not come up: see $store/logs/apiserver."
