using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;
using Overlay.Cli.Cluster;
using Overlay.Kube.Core;

namespace Overlay.Cli.Tests.Status;

/// <summary>A cluster of two nodes where all is in order, for tests to spoil.</summary>
internal static class Lab
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static ClusterSnapshot InOrder { get; } = new()
    {
        OverlayNamespace = AgentLease.DefaultNamespace,
        Networks = [Network()],
        Nodes = [Node("node-1"), Node("node-2")],
        Subnets = [Subnet("node-1", 1), Subnet("node-2", 2)],
        Tags = [Tag(16, "100"), Tag(17, "120")],
        Leases = [Operator(), Agent("node-1", "120"), Agent("node-2", "120")],
        Policies = [Policy("cart")],
    };

    public static OverlayNetwork Network(string name = "default", params Condition[] conditions) => new()
    {
        Metadata = new ObjectMeta { Name = name, Generation = 1 },
        Spec = new OverlayNetworkSpec { Pools = [new AddressPool("10.255.0.0/16", 24)] },
        Status = new OverlayNetworkStatus
        {
            ObservedGeneration = 1,
            Conditions =
            [
                .. conditions.Length > 0
                    ? conditions
                    : [new Condition("Ready", "True", "InOrder", "Fine."), new Condition("PoolsExhausted", "False", "SubnetsFree", "Fine.")],
            ],
            Pools = [new PoolUsage("10.255.0.0/16", 256, 2)],
        },
    };

    public static Node Node(string name) => new() { Metadata = new ObjectMeta { Name = name, Uid = "uid-" + name } };

    public static Subnet Subnet(string node, int number) => new()
    {
        Metadata = new ObjectMeta { Name = $"10.255.{number}.0-24" },
        Spec = new SubnetSpec
        {
            Cidr = $"10.255.{number}.0/24",
            NodeName = node,
            NodeUid = "uid-" + node,
            UnderlayAddresses = [$"192.0.2.{number}"],
            VtepAddress = $"10.255.{number}.0",
            VtepMac = $"0e:00:00:00:00:0{number}",
        },
    };

    public static WorkloadTag Tag(int number, string version, TimeSpan? age = null, bool released = false) => new()
    {
        Metadata = new ObjectMeta { Name = $"tag-{number:00000}", ResourceVersion = version, CreationTimestamp = Now - (age ?? TimeSpan.FromHours(1)) },
        Spec = new WorkloadTagSpec { Tag = number, Namespace = "shop" },
        Status = new WorkloadTagStatus { Phase = released ? AllocationPhase.Released : AllocationPhase.Active },
    };

    public static Lease Agent(string node, string? applied, int secondsAgo = 3)
    {
        var annotations = ImmutableSortedDictionary<string, string>.Empty
            .Add(AgentLease.VersionAnnotation, "0.1.0")
            .Add(AgentLease.BackendAnnotation, "nftables");
        return new Lease
        {
            Metadata = new ObjectMeta
            {
                Name = AgentLease.NameOf(node),
                Annotations = applied is null ? annotations : annotations.Add(AgentLease.AppliedTagsAnnotation, applied),
            },
            Spec = new LeaseSpec { HolderIdentity = node, LeaseDurationSeconds = 40, RenewTime = Now.AddSeconds(-secondsAgo) },
        };
    }

    public static Lease Operator(string? leader = "op-1", int secondsAgo = 2) => new()
    {
        Metadata = new ObjectMeta { Name = OperatorLease.Name },
        Spec = new LeaseSpec { HolderIdentity = leader, LeaseDurationSeconds = 15, RenewTime = Now.AddSeconds(-secondsAgo) },
    };

    public static OverlayPolicy Policy(string name, string? accepted = "True", string reason = "Accepted", string message = "In force.", long observed = 1) => new()
    {
        Metadata = new ObjectMeta { Namespace = "shop", Name = name, Generation = 1, CreationTimestamp = Now.AddHours(-1) },
        Status = accepted is null ? null : new OverlayPolicyStatus { ObservedGeneration = observed, Conditions = [new Condition("Accepted", accepted, reason, message)] },
    };
}
