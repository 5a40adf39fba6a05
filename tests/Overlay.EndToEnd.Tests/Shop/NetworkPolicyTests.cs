using System.Net;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>networking.k8s.io/v1 NetworkPolicy, applied by kubectl and obeyed by real packets.</summary>
[Collection(LabCollection.Name)]
public sealed class NetworkPolicyTests(LabFixture lab)
{
    /// <summary>An address that is no pod's and no node's: the API server's.</summary>
    private static readonly IPEndPoint Outside = new(LabStack.IPv4.SwitchAddress, 6443);

    [Fact]
    public async Task Ingress_from_selected_pods_of_selected_namespaces_to_a_named_port()
    {
        await using var ground = await PolicyGround.OpenAsync(lab);

        ground.Apply(Policy("""
            podSelector: {matchLabels: {app: server}}
              ingress:
              - from: [{podSelector: {matchLabels: {app: front}}, namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [home]}]}}]
                ports: [{port: http}]
            """));
        await ground.SeesAsync("front:8080");

        ground.Apply(Policy("""
            podSelector: {matchLabels: {app: server}}
              ingress:
              - from: [{namespaceSelector: {matchLabels: {team: guest}}}]
                ports: [{port: 9000, endPort: 9200}]
              - from: [{podSelector: {}}]
                ports: [{port: 8080}]
            """));
        await ground.SeesAsync("front:8080 other:8080 guest:9100");

        lab.Kubectl("delete", "networkpolicy", "-n", "np-home", "tried").Checked();
        await ground.SeesAsync("front:8080 front:9100 other:8080 other:9100 guest:8080 guest:9100");
    }

    [Fact]
    public async Task Ingress_from_a_block_of_addresses_less_some()
    {
        await using var ground = await PolicyGround.OpenAsync(lab);

        ground.Apply(Policy($$$"""
            podSelector: {matchLabels: {app: server}}
              ingress:
              - from: [{ipBlock: {cidr: 10.255.0.0/16, except: ["{{{ground["other"].Address}}}/32"]}}]
                ports: [{port: 8080}]
            """));
        await ground.SeesAsync("front:8080 guest:8080");
    }

    [Fact]
    public async Task Egress_to_pods_by_a_range_of_ports_and_outside_by_address()
    {
        await using var ground = await PolicyGround.OpenAsync(lab);
        await ground.ReachesAsync("front", Outside, true);

        ground.Apply(Policy("""
            podSelector: {matchLabels: {app: front}}
              policyTypes: [Egress]
              egress:
              - to: [{podSelector: {matchLabels: {app: server}}}]
                ports: [{port: 8000, endPort: 8100}]
            """));
        await ground.SeesAsync("front:8080 other:8080 other:9100 guest:8080 guest:9100");
        await ground.ReachesAsync("front", ground["other"].At(), false);
        await ground.ReachesAsync("front", Outside, false);
        await ground.ReachesAsync("other", Outside, true);

        ground.Apply(Policy($$$"""
            podSelector: {matchLabels: {app: front}}
              policyTypes: [Egress]
              egress:
              - to: [{ipBlock: {cidr: "{{{Outside.Address}}}/32"}}]
                ports: [{port: {{{Outside.Port}}}}]
            """));
        await ground.ReachesAsync("front", Outside, true);
        await ground.SeesAsync("other:8080 other:9100 guest:8080 guest:9100");
    }

    private static string Policy(string spec) => $$$"""
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: tried, namespace: np-home}
        spec:
          {{{spec}}}
        """;
}
