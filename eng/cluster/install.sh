# Sourced by eng/cluster.sh: the chart's objects, by kubectl, since helm refuses an API server as old as this. What it does not know yet is left out
# (ValidatingAdmissionPolicy) or asked for by its older name (PodDisruptionBudget).
artifacts/tools/helm template overlay charts/overlay -n overlay-system --kube-version v1.36.0 --include-crds --no-hooks "$@" |
    awk 'BEGIN { RS = "---\n" } !/\nkind: ValidatingAdmissionPolicy/ { sub("apiVersion: policy/v1\n", "apiVersion: policy/v1beta1\n"); printf "---\n%s", $0 }' >"$store/overlay.yaml"
kubectl get namespace overlay-system >/dev/null 2>&1 || kubectl create namespace overlay-system
# Twice: an OverlayNetwork is known only after its definition is.
kubectl apply --validate=false -n overlay-system -f "$store/overlay.yaml" >/dev/null 2>&1 || { sleep 2; kubectl apply --validate=false -n overlay-system -f "$store/overlay.yaml" >/dev/null; }
kubectl -n overlay-system rollout status daemonset/overlay-agent --timeout=120s
kubectl wait --for=condition=Ready nodes --all --timeout=60s
