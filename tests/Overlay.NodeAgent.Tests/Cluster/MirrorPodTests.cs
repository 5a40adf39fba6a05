using System.Collections.Immutable;
using Overlay.Api.Objects;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Pods;

namespace Overlay.NodeAgent.Tests.Cluster;

/// <summary>Static pods are known by what the kubelet wrote in the API, and nobody else can write it for them.</summary>
public sealed class MirrorPodTests : IPodSource
{
    private const string StaticUid = "d41d8cd98f00b204e9800998ecf8427e";
    private static readonly ObjectKey Named = new("kube-system", "proxy-n1");
    private static readonly OwnerReference Kubelet = new("v1", "Node", "n1", "node-1") { Controller = true };

    private readonly ClusterCaches _caches = new();
    private Pod? _atTheServer;

    public MirrorPodTests() => _caches.Nodes.Replace([new Node { Metadata = new ObjectMeta { Name = "n1", Uid = "node-1" } }]);

    public static TheoryData<string> Forgeries => ["no owner", "an owner of another kind", "an owner that does not control", "another node's UID", "another node's name", "an owner of another group", "scheduled elsewhere"];

    [Fact]
    public void The_kubelets_image_stands_for_the_static_pod()
    {
        _caches.Pods.Replace([Mirror("kube-system", "proxy-n1", Kubelet)]);
        _caches.FindPod(StaticUid, Named)!.Metadata.Uid.Should().Be("api-uid");
        _caches.FindPod("api-uid", Named).Should().NotBeNull("the kubelet may call it by the API's UID in other places");
    }

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void An_annotation_that_a_user_wrote_makes_no_static_pod(string forgery)
    {
        _caches.Pods.Replace([Forged(forgery)]);
        _caches.FindPod(StaticUid, Named).Should().BeNull();
    }

    [Theory]
    [InlineData("shop", "proxy-n1")]
    [InlineData("kube-system", "evil")]
    public void A_perfect_imitation_under_another_name_takes_nobodys_place(string ns, string name)
    {
        _caches.Pods.Replace([Mirror(ns, name, Kubelet)]);
        _caches.FindPod(StaticUid, Named).Should().BeNull();

        _caches.Pods.Replace([Mirror(ns, name, Kubelet), Mirror("kube-system", "proxy-n1", Kubelet)]);
        _caches.FindPod(StaticUid, Named)!.Metadata.Key.Should().Be(Named);
    }

    [Fact]
    public void With_its_name_lost_it_is_found_in_its_namespace_if_only_one_claims_to_be_it()
    {
        var nameless = new ObjectKey("kube-system", "");
        _caches.Pods.Replace([Mirror("kube-system", "proxy-n1", Kubelet), Mirror("shop", "evil", Kubelet)]);
        _caches.FindPod(StaticUid, nameless)!.Metadata.Key.Should().Be(Named);
        _caches.Pods.Replace([Mirror("kube-system", "proxy-n1", Kubelet), Mirror("kube-system", "evil", Kubelet)]);
        _caches.FindPod(StaticUid, nameless).Should().BeNull();
    }

    [Fact]
    public void Of_a_node_that_is_not_known_nothing_is_a_mirror()
    {
        _caches.Nodes.Replace([]);
        _caches.Pods.Replace([Mirror("kube-system", "proxy-n1", Kubelet)]);
        _caches.FindPod(StaticUid, Named).Should().BeNull();
    }

    [Fact]
    public async Task Faster_than_the_watch_it_is_asked_for_by_name_and_judged_alike()
    {
        var finding = new PodFinding(_caches, this, TimeProvider.System);
        var named = new PodArguments(StaticUid, Named.Namespace!, Named.Name);
        _atTheServer = Mirror("kube-system", "proxy-n1", Kubelet);
        (await finding.FindAsync(named, TestContext.Current.CancellationToken)).Metadata.Uid.Should().Be("api-uid");
        _atTheServer = Forged("no owner");
        (await finding.Invoking(f => f.FindAsync(named, TestContext.Current.CancellationToken)).Should().ThrowAsync<CniException>()).Which.Code.Should().Be(CniErrorCode.TryAgainLater);
    }

    public Task<Pod?> GetAsync(ObjectKey key, CancellationToken cancellation) => Task.FromResult(_atTheServer?.Metadata.Key == key ? _atTheServer : null);

    private static Pod Forged(string how) =>
        how switch
        {
            "no owner" => Mirror("kube-system", "proxy-n1", null),
            "an owner of another kind" => Mirror("kube-system", "proxy-n1", Kubelet with { Kind = "DaemonSet" }),
            "an owner that does not control" => Mirror("kube-system", "proxy-n1", Kubelet with { Controller = null }),
            "another node's UID" => Mirror("kube-system", "proxy-n1", Kubelet with { Uid = "node-2" }),
            "another node's name" => Mirror("kube-system", "proxy-n1", Kubelet with { Name = "n2" }),
            "an owner of another group" => Mirror("kube-system", "proxy-n1", Kubelet with { ApiVersion = "evil.example/v1" }),
            _ => Mirror("kube-system", "proxy-n1", Kubelet) with { Spec = new PodSpec { NodeName = "n2" } },
        };

    private static Pod Mirror(string ns, string name, OwnerReference? owner) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Namespace = ns,
                Uid = "api-uid",
                Annotations = ImmutableSortedDictionary<string, string>.Empty.Add("kubernetes.io/config.mirror", StaticUid),
                OwnerReferences = owner is null ? null : [owner],
            },
            Spec = new PodSpec { NodeName = "n1" },
        };
}
