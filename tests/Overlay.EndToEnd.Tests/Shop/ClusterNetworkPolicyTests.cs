namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy, applied by kubectl and obeyed by real packets.</summary>
[Collection(LabCollection.Name)]
public sealed class ClusterNetworkPolicyTests(LabFixture lab)
{
    private const string FromFronts = "{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: front}}}}";
    private const string FromAnyPod = "{namespaces: {}}";

    [Fact]
    public async Task An_Admin_Deny_comes_before_what_a_namespace_allows()
    {
        await using var ground = await PolicyGround.OpenAsync(lab);
        ground.Apply(NetworkPolicy("ingress: [{}]"));

        ground.Apply(ClusterPolicy("no-fronts", "Admin", 10, $"{{action: Deny, from: [{FromFronts}], protocols: [{{tcp: {{destinationPort: {{number: 9100}}}}}}]}}"));

        await ground.SeesAsync("front:8080 other:8080 other:9100 guest:8080");
        lab.Kubectl("get", "cnp", "no-fronts").Checked().Should().ContainAll("TIER", "PRIORITY", "Admin", "10");
        lab.Kubectl("get", "cnp", "no-fronts", "-o", "jsonpath={.status.conditions[?(@.type=='Accepted')].status}").Checked().Should().Contain("True");
    }

    [Fact]
    public async Task An_Admin_Accept_comes_before_a_namespaces_isolation()
    {
        await using var ground = await PolicyGround.OpenAsync(lab);
        ground.Apply(NetworkPolicy("ingress: []"));
        await ground.SeesAsync("");

        ground.Apply(ClusterPolicy("monitoring", "Admin", 10, $"{{action: Accept, from: [{FromFronts}], protocols: [{{tcp: {{destinationPort: {{range: {{start: 9000, end: 9200}}}}}}}}]}}"));

        await ground.SeesAsync("front:9100 guest:9100");
    }

    [Fact]
    public async Task A_Pass_leaves_it_to_the_namespaces()
    {
        await using var ground = await PolicyGround.OpenAsync(lab);

        ground.Apply(ClusterPolicy("deny", "Admin", 20, $"{{action: Deny, from: [{FromAnyPod}]}}"));
        await ground.SeesAsync("");

        ground.Apply(ClusterPolicy("but-fronts", "Admin", 10, $"{{action: Pass, from: [{FromFronts}]}}"));
        await ground.SeesAsync("front:8080 front:9100 guest:8080 guest:9100");
    }

    [Fact]
    public async Task A_Baseline_holds_where_no_policy_of_the_namespace_isolates()
    {
        await using var ground = await PolicyGround.OpenAsync(lab);

        ground.Apply(ClusterPolicy("closed", "Baseline", 10, $"{{action: Deny, from: [{FromAnyPod}]}}"));
        await ground.SeesAsync("");

        ground.Apply(NetworkPolicy("ingress: [{from: [{podSelector: {matchLabels: {app: other}}}]}]"));
        await ground.SeesAsync("other:8080 other:9100");

        lab.Kubectl("delete", "networkpolicy", "-n", "np-home", "tried").Checked();
        await ground.SeesAsync("");
    }

    private static string NetworkPolicy(string rules) => $$$"""
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: tried, namespace: np-home}
        spec:
          podSelector: {matchLabels: {app: server}}
          policyTypes: [Ingress]
          {{{rules}}}
        """;

    private static string ClusterPolicy(string name, string tier, int priority, string rule) => $$$"""
        apiVersion: policy.networking.k8s.io/v1alpha2
        kind: ClusterNetworkPolicy
        metadata: {name: {{{name}}}}
        spec:
          tier: {{{tier}}}
          priority: {{{priority}}}
          subject:
            pods: {namespaceSelector: {matchLabels: {team: home}}, podSelector: {matchLabels: {app: server}} }
          ingress:
          - {{{rule}}}
        """;
}
