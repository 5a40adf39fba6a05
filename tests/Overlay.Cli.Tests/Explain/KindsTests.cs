using System.Text.Json.Nodes;

namespace Overlay.Cli.Tests.Explain;

/// <summary>NetworkPolicy and ClusterNetworkPolicy, and what they speak of besides pods: named ports, nodes, addresses.</summary>
public class KindsTests
{
    private const string World = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {team: sale}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: front, namespace: shop, labels: {app: front}}
        spec: {nodeName: node1, containers: [{name: c}]}
        status: {podIP: 10.255.1.5}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: cart, namespace: shop, labels: {app: cart}}
        spec:
          nodeName: node2
          containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]
          initContainers: [{name: mesh, restartPolicy: Always, ports: [{name: mesh, containerPort: 15001}]}]
        status: {podIPs: [{ip: 10.255.2.7}, {ip: "fd00:255:0:2::7"}]}
        ---
        apiVersion: overlay-cni.io/v1alpha1
        kind: OverlayNetwork
        metadata: {name: default}
        spec: {pools: [{cidr: 10.255.0.0/16, nodePrefixLength: 24}]}
        ---
        apiVersion: overlay-cni.io/v1alpha1
        kind: Subnet
        metadata: {name: 10.255.1.0-24}
        spec: {cidr: 10.255.1.0/24, nodeName: node1, nodeUid: u1, nodeLabels: {disk: ssd}, underlayAddresses: [192.0.2.11], vtepAddress: 10.255.1.0, vtepMac: "0e:00:00:00:00:01"}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: cart, namespace: shop}
        spec:
          podSelector: {matchLabels: {app: cart}}
          policyTypes: [Ingress, Egress]
          ingress:
          - from: [{podSelector: {matchLabels: {app: front}}, namespaceSelector: {matchLabels: {team: sale}}}]
            ports: [{port: http}, {port: mesh}]
          - from: [{ipBlock: {cidr: 198.51.100.0/24, except: [198.51.100.128/25]}}]
          egress:
          - to: [{ipBlock: {cidr: 203.0.113.0/24}}]
            ports: [{port: 443, endPort: 444}]
        ---
        apiVersion: policy.networking.k8s.io/v1alpha2
        kind: ClusterNetworkPolicy
        metadata: {name: no-ssh}
        spec:
          tier: Admin
          priority: 10
          subject: {namespaces: {}}
          ingress:
          - action: Deny
            from: [{namespaces: {}}]
            protocols: [{tcp: {destinationPort: {number: 22}}}]
          egress:
          - action: Accept
            to: [{nodes: {matchLabels: {disk: ssd}}}]

        """;

    [Theory]
    [InlineData("shop/front shop/cart http", "ALLOWED", "allowed by netpol shop/cart ingress[0]")]
    [InlineData("shop/front shop/cart mesh", "TCP 15001: ALLOWED", "allowed by netpol shop/cart ingress[0]")]
    [InlineData("shop/front shop/cart 9090", "DENIED", "isolated by netpol shop/cart; no ingress rule allows TCP 9090")]
    [InlineData("shop/front shop/cart 22", "DENIED", "denied by cnp no-ssh ingress[0]")]
    [InlineData("shop/cart shop/front 22", "DENIED", "denied by cnp no-ssh ingress[0]")]
    [InlineData("198.51.100.9 shop/cart 9090", "198.51.100.9 -> shop/cart TCP 9090: ALLOWED", "allowed by netpol shop/cart ingress[1]")]
    [InlineData("198.51.100.200 shop/cart 9090", "DENIED", "no ingress rule allows TCP 9090")]
    [InlineData("shop/cart 203.0.113.8 443", "ALLOWED", "allowed by netpol shop/cart egress[0]")]
    [InlineData("shop/cart 203.0.113.8 445", "DENIED", "no egress rule allows TCP 445")]
    [InlineData("shop/cart 2001:db8::1 443", "DENIED", "no egress rule allows TCP 443")]
    [InlineData("shop/cart 192.0.2.11 10250", "192.0.2.11 (node node1) TCP 10250: ALLOWED", "allowed by cnp no-ssh egress[0]")]
    [InlineData("shop/front 10.255.2.7 http", "shop/front -> 10.255.2.7 (shop/cart) TCP 8080: ALLOWED", "netpol shop/cart ingress[0]")]
    [InlineData("10.255.1.5 fd00:255:0:2::7 http", "10.255.1.5 (shop/front) -> fd00:255:0:2::7 (shop/cart) TCP 8080: ALLOWED", "netpol shop/cart ingress[0]")]
    [InlineData("shop/front 10.255.9.9 80", "shop/front -> 10.255.9.9 TCP 80: ALLOWED", "10.255.9.9 lies in the pod network, but no pod has it")]
    public async Task Each_end_and_port_that_policies_speak_of_can_be_asked_about(string question, string verdict, string because)
    {
        var run = await Offline(question);
        run.Errors.Should().BeEmpty();
        run.Output.Should().Contain(verdict).And.Contain(because);
        run.Exit.Should().Be(verdict.EndsWith("ALLOWED", StringComparison.Ordinal) ? ExitCode.InOrder : ExitCode.Problems);
    }

    [Fact]
    public async Task Json_tells_rules_that_deny_from_rules_that_allow()
    {
        var ingress = JsonNode.Parse((await Offline("shop/front shop/cart 22 -o json")).Output)!["ingress"]!;
        ingress["deniedBy"]!.AsArray().Single()!.GetValue<string>().Should().Be("cnp no-ssh ingress[0]");
        ingress["allowedBy"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task Policies_that_are_not_understood_are_told_of()
    {
        const string Odd = """
            ---
            {apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: odd}, spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: Accept, to: [{domainNames: [example.com]}]}]}}
            ---
            {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: odd, namespace: shop}, spec: {podSelector: {}, ingress: [{ports: [{port: 0}]}]}}
            """;
        var run = await Offline("shop/front shop/cart 8080", World + Odd);
        run.Output.Should().Contain("cnp odd is not understood in full").And.Contain("spec.egress[0].to[0]").And.Contain("netpol shop/odd is refused");
    }

    [Theory]
    [InlineData("fd00:255:0:3::9", "ALLOWED")]
    [InlineData("10.255.3.9", "DENIED")]
    public async Task Of_a_pod_with_two_addresses_the_one_that_is_asked_about_decides(string address, string verdict)
    {
        const string Both = """
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: both, namespace: shop, labels: {app: both}}, spec: {nodeName: node1, containers: [{name: c}]}, status: {podIPs: [{ip: 10.255.3.9}, {ip: "fd00:255:0:3::9"}]}}
            ---
            {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: six, namespace: shop}, spec: {podSelector: {matchLabels: {app: front}}, ingress: [{from: [{ipBlock: {cidr: "fd00:255::/48"}}]}]}}
            """;
        (await Offline($"{address} shop/front 80", World + Both)).Output.Should().Contain($"{address} (shop/both) -> shop/front TCP 80: {verdict}");
    }

    [Fact]
    public async Task A_pods_name_is_no_address_though_it_be_a_number() =>
        (await Offline("-n shop 1 cart 80")).Errors.Should().Contain("there is no pod shop/1");

    private static Task<Run> Offline(string question, string text = World) => Run.OfAsync($"explain {question} --offline -f -", text);
}
