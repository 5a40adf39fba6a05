# Sourced by eng/cluster.sh: upstream's end-to-end tests; several may run side by side. Prints each result, ends with N passed, N failed.
focus=${1:?cluster.sh e2e FOCUS [SKIP], as 'sig-network.*NetworkPolicy'}
log=$(mktemp -p "$store/logs" e2e.XXXXXX)
on_control timeout 2400 "$store/bin/e2e.test" --provider=local --kubeconfig="$store/keys/admin.conf" --kubectl-path="$root/artifacts/tools/kubectl-1.20" \
    --repo-root="$kubernetes" --dump-logs-on-failure=false --ginkgo.noColor --ginkgo.focus="$focus" --ginkgo.skip="${2:-Slow|Disruptive}" >"$log" 2>&1 || true
sed -nE 's/^\{"msg":"((PASSED|FAILED) [^"]*)".*/\1/p' "$log"
passed=$(grep -c '^{"msg":"PASSED' "$log" || true) failed=$(grep -c '^{"msg":"FAILED' "$log" || true)
say "each step: $log"
# The suite's own account, which it gives only when it has come to its end.
ran=$(sed -nE 's/^Ran ([0-9]+) of [0-9]+ Specs.*/\1/p' "$log")
[ "${ran:-0}" -gt 0 ] && [ "$ran" = $((passed + failed)) ] || say "broken off, or no test is meant by '$focus'"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "${ran:-0}" -gt 0 ] && [ "$ran" = "$passed" ]
