using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Overlay.Api.Json;
using Overlay.Api.Network;
using Overlay.Api.Objects;
using Overlay.Api.Wire;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Cni;
using Overlay.NodeAgent.Flows;
using Overlay.NodeAgent.Policies;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Policies;

/// <summary>What node n1 knows: itself, node n2 on 192.0.2.2, namespaces shop and spare, two workloads of shop, of which pod <c>back</c> is here.</summary>
internal sealed class GatheringBed : IDisposable
{
    public static readonly Tag Front = new(16);
    public static readonly Tag Back = new(17);

    private readonly List<Attachment> _wired = [];
    private readonly RuleGathering _gathering;

    public GatheringBed()
    {
        Caches.Networks.Replace([new OverlayNetwork { Metadata = new ObjectMeta { Name = "default" }, Spec = new OverlayNetworkSpec { Pools = [new AddressPool("10.255.0.0/16", 24)] } }]);
        Caches.Subnets.Replace([Read(OverlayJson.Default.Subnet, Subnet(1)), Read(OverlayJson.Default.Subnet, Subnet(2))]);
        Caches.Tags.Replace([Read(OverlayJson.Default.WorkloadTag, Tag(16, "front")), Read(OverlayJson.Default.WorkloadTag, Tag(17, "back"))]);
        Caches.Policies.Replace([]);
        Caches.NetworkPolicies.Replace([]);
        Caches.ClusterPolicies.Replace([]);
        Caches.Nodes.Replace([new Node { Metadata = new ObjectMeta { Name = "n1", Uid = "node-1" } }]);
        Caches.Namespaces.Replace([Namespace("shop"), Namespace("spare")]);
        Caches.Pods.Replace([Read(CoreJson.Default.Pod, Pod)]);
        _gathering = new RuleGathering(Caches, () => _wired, new NodeView(Caches, "n1"));
        Wire("back", "back", "10.255.1.5");
    }

    public ClusterCaches Caches { get; } = new();

    /// <summary>Wires a pod of shop.</summary>
    public void Wire(string name, string app, string address) =>
        _wired.Add(
            new Attachment
            {
                Key = new AttachmentKey("overlay", $"c-{name}", "eth0"),
                NetworkNamespace = $"/run/netns/{name}",
                PodUid = $"pod-{name}",
                PodNamespace = "shop",
                PodName = name,
                PodLabels = ImmutableSortedDictionary<string, string>.Empty.Add("app", app),
                V4 = IPAddress.Parse(address),
                State = AttachmentState.Attached,
            }
        );

    /// <summary>Schedules another pod of shop to the node.</summary>
    public void Schedule(string name, string app, string rest = """{"spec":{"nodeName":"n1"}}""") =>
        Caches.Pods.Replace(
            [
                .. Caches.Pods.Snapshot(),
                Read(CoreJson.Default.Pod, rest) with
                {
                    Metadata = new ObjectMeta { Name = name, Namespace = "shop", Uid = $"pod-{name}", Labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", app) },
                },
            ]
        );

    /// <summary>Whether <c>back</c> takes TCP to a port from a tag, by what is gathered now.</summary>
    public bool Takes(Tag from, ushort port)
    {
        var table = Table();
        return new VerdictTableJudge(table).Judge(table.Senders.Single().Workload, from, flagged: false, new JudgedPacket(IpProtocol.TCP, port)).Allowed;
    }

    /// <summary>Whether <c>back</c> may leave the overlay to an address by TCP.</summary>
    public bool Leaves(string address, ushort port)
    {
        var table = Table();
        return new VerdictTableJudge(table).JudgeExit(table.Senders.Single().Workload, new JudgedPacket(IpProtocol.TCP, port, IPAddress.Parse(address))).Allowed;
    }

    public void Dispose() => _gathering.Dispose();

    public VerdictTable Table() => Gather().Inputs.Table;

    /// <summary>All that is gathered now.</summary>
    public GatheredRules Gather() => _gathering.Gather()!;

    /// <summary>Says why, by what was gathered last.</summary>
    public IFlowJudge Judge => _gathering;

    public static T Read<T>(JsonTypeInfo<T> json, string text) => JsonSerializer.Deserialize(text, json)!;

    public static Namespace Namespace(string name, bool ending = false) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Labels = ImmutableSortedDictionary<string, string>.Empty.Add("kubernetes.io/metadata.name", name),
                DeletionTimestamp = ending ? DateTimeOffset.UnixEpoch : null,
            },
        };

    private static string Subnet(int node) =>
        $$$"""{"metadata":{"name":"10.255.{{{node}}}.0-24"},"spec":{"cidr":"10.255.{{{node}}}.0/24","nodeName":"n{{{node}}}","nodeUid":"node-{{{node}}}","nodeLabels":{"disk":"ssd"},"underlayAddresses":["192.0.2.{{{node}}}"],"vtepAddress":"10.255.{{{node}}}.0","vtepMac":"0e:00:00:00:00:0{{{node}}}"}}""";

    private static string Tag(int number, string app) =>
        $$$$"""{"metadata":{"name":"tag-000{{{{number}}}}"},"spec":{"tag":{{{{number}}}},"namespace":"shop","keys":["app"],"labels":{"app":"{{{{app}}}}"}}}""";

    private const string Pod = """
        {"metadata":{"name":"back","namespace":"shop","uid":"pod-back","labels":{"app":"back"}},
         "spec":{"nodeName":"n1",
          "initContainers":[{"name":"once","ports":[{"name":"setup","containerPort":7000}]},
                            {"name":"proxy","restartPolicy":"Always","ports":[{"name":"proxy","containerPort":15001}]}],
          "containers":[{"name":"main","ports":[{"name":"http","containerPort":8080},{"containerPort":9090}]}]}}
        """;
}
