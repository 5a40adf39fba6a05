# Sourced by eng/cluster.sh: upstream's end-to-end tests; several may run side by side. Prints each result, ends with N passed, N failed.
focus=${1:?cluster.sh e2e FOCUS [SKIP], as 'sig-network.*NetworkPolicy'}
log=$(mktemp -p "$store/logs" e2e.XXXXXX)
on_control timeout 2400 "$store/bin/e2e.test" --provider=local --kubeconfig="$store/keys/admin.conf" --kubectl-path="$root/artifacts/tools/kubectl-1.20" \
    --repo-root="$kubernetes" --dump-logs-on-failure=false --ginkgo.noColor --ginkgo.focus="$focus" --ginkgo.skip="${2:-Slow|Disruptive}" >"$log" 2>&1 || true
sed -nE 's/^\{"msg":"((PASSED|FAILED) [^"]*)".*/\1/p' "$log"
failed=$(grep -c '^{"msg":"FAILED' "$log" || true)
echo "each step: $log"
echo "$(grep -c '^{"msg":"PASSED' "$log" || true) passed, $failed failed"
[ "$failed" = 0 ]
