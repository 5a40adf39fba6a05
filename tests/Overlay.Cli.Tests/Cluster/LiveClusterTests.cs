using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Overlay.Api.Json;
using Overlay.Api.Network;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Lab.ApiServer;

namespace Overlay.Cli.Tests.Cluster;

/// <summary>The whole program against an API server, by a kubeconfig as a user has one.</summary>
public sealed class LiveClusterTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("overlay-cli-");
    private EmbeddedApiServer _server = null!;
    private ClusterConnection _connection = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Kubeconfig => Path.Combine(_folder.FullName, "kubeconfig");

    public async ValueTask InitializeAsync()
    {
        _server = await EmbeddedApiServer.StartAsync(new EmbeddedApiServerOptions { CrdFolder = Path.Combine(Root(), "crds") }, Cancel);
        _server.WriteKubeconfig(Kubeconfig);
        _connection = new ClusterConnection(new ConnectionSettings { Server = _server.Address });
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Status_tells_of_a_network_that_nobody_serves()
    {
        await MakeAsync(OverlayJson.Default.OverlayNetwork, new OverlayNetwork
        {
            Metadata = new ObjectMeta { Name = "default" },
            Spec = new OverlayNetworkSpec { Pools = [new AddressPool("10.255.0.0/16", 24)] },
        });
        await MakeAsync(CoreJson.Default.Node, new Node { Metadata = new ObjectMeta { Name = "node-1" } });
        await MakeAsync(CoreJson.Default.Namespace, new Namespace { Metadata = new ObjectMeta { Name = AgentLease.DefaultNamespace } });

        var run = await Run.OfAsync($"status --kubeconfig {Kubeconfig} -o json");
        run.Errors.Should().BeEmpty();
        run.Exit.Should().Be(ExitCode.Problems);
        var report = JsonNode.Parse(run.Output)!;
        report["network"]!["vni"]!.GetValue<int>().Should().Be(1);
        report["nodes"]!.AsArray().Single()!["name"]!.GetValue<string>().Should().Be("node-1");
        report["problems"]!.AsArray().Select(p => p!["on"]!.GetValue<string>()).Should().Equal("overlaynetwork default", "node node-1", "node node-1");

        (await Run.OfAsync($"status --kubeconfig {Kubeconfig}")).Output.Should().Contain("NOT READY").And.Contain("PROBLEMS (3)");
    }

    [Fact]
    public async Task Explain_judges_by_the_clusters_objects()
    {
        await MakeAsync(CoreJson.Default.Namespace, new Namespace { Metadata = new ObjectMeta { Name = "shop" } });
        await PodAsync("front");
        await PodAsync("cart");
        await MakeAsync(OverlayJson.Default.OverlayPolicy, new OverlayPolicy
        {
            Metadata = new ObjectMeta { Namespace = "shop", Name = "cart" },
            Spec = new OverlayPolicySpec
            {
                PodSelector = App("cart"),
                Ingress = [new IngressRule { From = [new PolicyPeer { PodSelector = App("front") }], Ports = [new PolicyPort { Port = 8080 }] }],
            },
        });

        var unknown = await Run.OfAsync($"explain shop/front shop/cart 8080 --kubeconfig {Kubeconfig}");
        unknown.Errors.Should().BeEmpty();
        unknown.Exit.Should().Be(ExitCode.Problems);
        unknown.Output.Should().Contain("it waits for the operator's tag").And.Contain("no WorkloadTag matches");

        await MakeAsync(OverlayJson.Default.WorkloadTag, new Api.Workloads.WorkloadTag
        {
            Metadata = new ObjectMeta { Name = "tag-00042" },
            Spec = new Api.Workloads.WorkloadTagSpec { Tag = 42, Namespace = "shop", Keys = ["app"], Labels = LabelsOf("front") },
        });
        var known = await Run.OfAsync($"explain -n shop front cart 8080 --kubeconfig {Kubeconfig}");
        known.Exit.Should().Be(ExitCode.InOrder);
        known.Output.Should().Contain("tag 42, workload app=front").And.Contain("allowed by shop/cart ingress[0]");

        var missing = await Run.OfAsync($"explain shop/gone shop/cart 8080 --kubeconfig {Kubeconfig}");
        missing.Exit.Should().Be(ExitCode.Failed);
        missing.Errors.Should().Contain("there is no pod shop/gone");
    }

    [Fact]
    public async Task Explain_judges_by_every_kind_of_policy_and_finds_pods_by_address()
    {
        await MakeAsync(CoreJson.Default.Namespace, new Namespace { Metadata = new ObjectMeta { Name = "shop" } });
        await PodAsync("front");
        var cart = await PodAsync("cart");
        await new EntityClient<Pod>(_connection, CoreJson.Default.Pod).UpdateStatusAsync(
            cart with { Status = new PodStatus { PodIP = "10.255.2.7", PodIPs = [new PodIP("10.255.2.7"), new PodIP("fd00:255::7")] } }, Cancel);
        await MakeAsync(OverlayJson.Default.OverlayNetwork, new OverlayNetwork
        {
            Metadata = new ObjectMeta { Name = "default" },
            Spec = new OverlayNetworkSpec { Pools = [new AddressPool("10.255.0.0/16", 24), new AddressPool("fd00:255::/48", 64)] },
        });
        foreach (var address in (string[])["10.255.2.7", "fd00:255::7"])
        {
            var open = await Run.OfAsync($"explain shop/front {address} 8080 --kubeconfig {Kubeconfig}");
            open.Output.Should().Contain($"{address} (shop/cart) TCP 8080: ALLOWED", open.Errors);
        }

        await MakeAsync(OverlayJson.Default.NetworkPolicy, new NetworkPolicy
        {
            Metadata = new ObjectMeta { Namespace = "shop", Name = "closed" },
            Spec = new NetworkPolicySpec { PodSelector = App("cart") },
        });
        (await Run.OfAsync($"explain shop/front 10.255.2.7 8080 --kubeconfig {Kubeconfig}")).Output.Should().Contain("isolated by netpol shop/closed");

        await MakeAsync(OverlayJson.Default.WorkloadTag, new Api.Workloads.WorkloadTag
        {
            Metadata = new ObjectMeta { Name = "tag-00042" },
            Spec = new Api.Workloads.WorkloadTagSpec { Tag = 42, Namespace = "shop", Keys = ["app"], Labels = LabelsOf("front") },
        });
        await MakeAsync(OverlayJson.Default.ClusterNetworkPolicy, new ClusterNetworkPolicy
        {
            Metadata = new ObjectMeta { Name = "all" },
            Spec = new ClusterNetworkPolicySpec
            {
                Subject = new ClusterNetworkPolicySubject { Namespaces = new LabelSelector() },
                Ingress = [new ClusterIngressRule { Action = ClusterRuleAction.Accept, From = [new ClusterPolicyPeer { Namespaces = new LabelSelector() }] }],
            },
        });
        (await Run.OfAsync($"explain shop/front shop/cart 8080 --kubeconfig {Kubeconfig}")).Output.Should().Contain("allowed by cnp all ingress[0]");
    }

    [Fact]
    public async Task Explain_does_without_the_definition_of_ClusterNetworkPolicy()
    {
        using var http = new HttpClient { BaseAddress = _server.Address };
        using var gone = await http.DeleteAsync(new Uri("apis/apiextensions.k8s.io/v1/customresourcedefinitions/clusternetworkpolicies.policy.networking.k8s.io", UriKind.Relative), Cancel);
        gone.IsSuccessStatusCode.Should().BeTrue();
        await MakeAsync(CoreJson.Default.Namespace, new Namespace { Metadata = new ObjectMeta { Name = "shop" } });
        await PodAsync("front");
        await PodAsync("cart");
        await MakeAsync(OverlayJson.Default.OverlayNetwork, new OverlayNetwork { Metadata = new ObjectMeta { Name = "default" }, Spec = new OverlayNetworkSpec { Pools = [new AddressPool("10.255.0.0/16", 24)] } });

        var run = await Run.OfAsync($"explain shop/front shop/cart 8080 --kubeconfig {Kubeconfig}");
        run.Errors.Should().BeEmpty();
        run.Exit.Should().Be(ExitCode.InOrder);
    }

    [Theory]
    [InlineData("explain shop/front shop/cart 8080", "shop/odd is refused, so it isolates and allows nothing: spec.ingress")]
    [InlineData("policies", "odd")]
    [InlineData("status", "policies")]
    public async Task A_policy_that_can_not_be_read_breaks_no_command(string command, string says)
    {
        using var http = new HttpClient { BaseAddress = _server.Address };
        using var loosened = await http.PatchAsync(
            new Uri("apis/apiextensions.k8s.io/v1/customresourcedefinitions/overlaypolicies.overlay-cni.io", UriKind.Relative),
            new StringContent(
                """[{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema","value":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}]""",
                new System.Net.Http.Headers.MediaTypeHeaderValue("application/json-patch+json")),
            Cancel);
        loosened.IsSuccessStatusCode.Should().BeTrue();
        await MakeAsync(CoreJson.Default.Namespace, new Namespace { Metadata = new ObjectMeta { Name = "shop" } });
        await PodAsync("front");
        await PodAsync("cart");
        using var made = await http.PostAsync(
            new Uri("apis/overlay-cni.io/v1alpha1/namespaces/shop/overlaypolicies", UriKind.Relative),
            new StringContent(
                """{"apiVersion":"overlay-cni.io/v1alpha1","kind":"OverlayPolicy","metadata":{"name":"odd"},"spec":{"ingress":7}}""",
                new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
            Cancel);
        made.IsSuccessStatusCode.Should().BeTrue();

        var run = await Run.OfAsync($"{command} --kubeconfig {Kubeconfig}");

        run.Errors.Should().BeEmpty();
        run.Output.Should().Contain(says);
    }

    [Fact]
    public async Task A_cluster_without_Overlay_is_told_apart_from_one_that_does_not_answer()
    {
        await using var bare = await EmbeddedApiServer.StartAsync(new EmbeddedApiServerOptions(), Cancel);
        var file = Path.Combine(_folder.FullName, "bare");
        bare.WriteKubeconfig(file);
        var run = await Run.OfAsync($"status --kubeconfig {file}");
        run.Exit.Should().Be(ExitCode.Failed);
        run.Errors.Should().Contain("Is Overlay installed in this cluster?");

        bare.WriteKubeconfig(file, server: new Uri("http://127.0.0.1:1"));
        run = await Run.OfAsync($"status --kubeconfig {file}");
        run.Exit.Should().Be(ExitCode.Failed);
        run.Errors.Should().Contain("Is this the cluster you meant?");
    }

    private Task<Pod> PodAsync(string app) => MakeAsync(CoreJson.Default.Pod, new Pod
    {
        Metadata = new ObjectMeta { Namespace = "shop", Name = app, Labels = LabelsOf(app) },
        Spec = new PodSpec { Containers = [new Container("c")] },
    });

    private Task<T> MakeAsync<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json, T entity)
        where T : class, IEntity<T> => new EntityClient<T>(_connection, json).CreateAsync(entity, Cancel);

    private static LabelSelector App(string app) => new() { MatchLabels = LabelsOf(app) };

    private static ImmutableSortedDictionary<string, string> LabelsOf(string app) => ImmutableSortedDictionary<string, string>.Empty.Add("app", app);

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
