using System.Text.Json.Nodes;

namespace Overlay.Cli.Tests.Explain;

/// <summary>A policy tried without a cluster.</summary>
public class OfflineTests
{
    private const string Shop = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {team: sale}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: front, namespace: shop}
        spec:
          replicas: 2
          template:
            metadata: {labels: {app: front, tier: web}}
            spec: {containers: [{name: c, image: x}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: cart, namespace: shop, labels: {app: cart}}
        spec: {nodeName: n1, containers: [{name: c, ports: [{name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: probe, namespace: shop, labels: {app: probe}}
        spec: {nodeName: n1, hostNetwork: true}
        ---
        apiVersion: overlay-cni.io/v1alpha1
        kind: OverlayPolicy
        metadata: {name: cart, namespace: shop}
        spec:
          podSelector: {matchLabels: {app: cart}}
          ingress:
          - from: [{podSelector: {matchLabels: {tier: web}}}]
            ports: [{port: 8080}, {protocol: UDP, port: 53}]

        """;

    [Fact]
    public async Task An_allowed_connection_names_the_rule()
    {
        var run = await Offline("shop/front shop/cart 8080");
        run.Exit.Should().Be(ExitCode.InOrder);
        run.Output.Should().StartWith(
            """
            shop/front -> shop/cart TCP 8080: ALLOWED
              source    workload app=front,tier=web
              egress    yes: no policy isolates the source's egress
              ingress   yes: allowed by shop/cart ingress[0]

            """
        );
    }

    [Fact]
    public async Task A_denied_one_ends_with_one()
    {
        var run = await Offline("shop/front shop/cart 22");
        run.Exit.Should().Be(ExitCode.Problems);
        run.Output.Should().Contain("shop/front -> shop/cart TCP 22: DENIED").And.Contain("NO: isolated by shop/cart; no ingress rule allows TCP 22");
    }

    [Theory]
    [InlineData("shop/front shop/cart http", ExitCode.InOrder, "TCP 8080: ALLOWED")]
    [InlineData("shop/front shop/cart dns", ExitCode.InOrder, "UDP 53: ALLOWED")]
    [InlineData("shop/front shop/cart 53/udp", ExitCode.InOrder, "UDP 53: ALLOWED")]
    [InlineData("shop/front shop/cart icmp", ExitCode.Problems, "ICMP: DENIED")]
    [InlineData("-n shop front cart 8080", ExitCode.InOrder, "shop/front -> shop/cart")]
    [InlineData("outside shop/cart 8080", ExitCode.Problems, "outside -> shop/cart")]
    [InlineData("shop/cart outside 443", ExitCode.InOrder, "no policy isolates the source's egress")]
    [InlineData("shop/cart shop/cart 1", ExitCode.InOrder, "a pod always reaches itself")]
    [InlineData("shop/probe shop/cart 22", ExitCode.InOrder, "a node and its own pods always reach each other")]
    public async Task Ports_and_ends_are_read_as_people_write_them(string question, int exit, string says)
    {
        var run = await Offline(question);
        run.Output.Should().Contain(says);
        run.Exit.Should().Be(exit);
    }

    [Theory]
    [InlineData("shop/front shop/cart 70000", "a port is 1 to 65535")]
    [InlineData("shop/front shop/cart 80/icmp", "the protocol is tcp, udp or sctp")]
    [InlineData("shop/front shop/cart metrics", "shop/cart has no port of this name; it has http, dns")]
    [InlineData("shop/front shop/crat 80", "there is no pod shop/crat; shop has cart, front, probe")]
    [InlineData("outside node 80", "at least one end must be a pod")]
    public async Task Questions_that_have_no_answer_are_refused(string question, string says)
    {
        var run = await Offline(question);
        run.Exit.Should().Be(ExitCode.Failed);
        run.Errors.Should().Contain(says);
    }

    [Fact]
    public async Task Json_holds_the_same_answer()
    {
        var run = await Offline("shop/front shop/cart 8080 -o json");
        var answer = JsonNode.Parse(run.Output)!;
        answer["allowed"]!.GetValue<bool>().Should().BeTrue();
        answer["ingress"]!["allowedBy"]!.AsArray().Single()!.GetValue<string>().Should().Be("shop/cart ingress[0]");
        answer["egress"]!["isolated"]!.GetValue<bool>().Should().BeFalse();
        answer["sourceTag"].Should().BeNull("without WorkloadTags in the files the number is not known");
    }

    [Fact]
    public async Task A_policy_that_can_not_be_compiled_is_told_of()
    {
        const string Broken = """
            ---
            apiVersion: overlay-cni.io/v1alpha1
            kind: OverlayPolicy
            metadata: {name: broken, namespace: shop}
            spec:
              podSelector: {matchLabels: {app: front}}
              ingress: [{ports: [{port: 90, endPort: 80}]}]
            """;
        var run = await Offline("shop/cart shop/front 85", Shop + Broken);
        run.Exit.Should().Be(ExitCode.Problems);
        run.Output.Should().Contain("shop/broken is refused, so it isolates and allows nothing: ");
    }

    [Fact]
    public async Task The_default_action_is_the_networks()
    {
        const string Network = """
            ---
            apiVersion: overlay-cni.io/v1alpha1
            kind: OverlayNetwork
            metadata: {name: default}
            spec: {pools: [{cidr: 10.255.0.0/16, nodePrefixLength: 24}], policy: {defaultAction: Deny}}
            """;
        (await Offline("shop/cart shop/front 80", Shop)).Exit.Should().Be(ExitCode.InOrder);
        (await Offline("shop/cart shop/front 80", Shop + Network)).Exit.Should().Be(ExitCode.Problems);
    }

    [Theory]
    [InlineData("a: [", "is not YAML")]
    [InlineData("just: words", "it lacks apiVersion or kind")]
    [InlineData("{apiVersion: overlay-cni.io/v1alpha1, kind: OverlayPolicy, metadata: {name: x}, spec: {ingress: [{ports: 80}]}}",
        "OverlayPolicy x: spec.ingress[0].ports: the value does not fit")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: shop}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: shop}}",
        "Pod cart is in standard input and again in")]
    public async Task Files_that_the_API_server_would_refuse_are_refused(string text, string says)
    {
        var run = await Offline("shop/cart shop/cart 80", text);
        run.Exit.Should().Be(ExitCode.Failed);
        run.Errors.Should().Contain(says);
    }

    [Fact]
    public async Task What_is_not_enforced_is_not_taken_for_judged()
    {
        var run = await Offline("shop/front shop/cart 8080", Shop + "---\n{apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: x}, spec: {}}");
        run.Output.Should().Contain("left out, since Overlay does not enforce them: AdminNetworkPolicy");
    }

    [Fact]
    public async Task A_folder_is_read_with_all_below_it()
    {
        var folder = Directory.CreateTempSubdirectory("overlay-cli-");
        try
        {
            var below = folder.CreateSubdirectory("below");
            var parts = Shop.Split("---\n", 2);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "ns.yml"), parts[0], TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(below.FullName, "rest.yaml"), parts[1], TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(below.FullName, "README.md"), "a: [", TestContext.Current.CancellationToken);
            (await Run.OfAsync($"explain shop/front shop/cart 8080 --offline -f {folder.FullName}")).Exit.Should().Be(ExitCode.InOrder);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<Run> Offline(string question, string text = Shop) => Run.OfAsync($"explain {question} --offline -f -", text);
}
