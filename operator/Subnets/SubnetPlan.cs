using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Overlay.Api.Subnets;
using Overlay.Kube.Core;

namespace Overlay.Operator.Subnets;

/// <summary>A node that needs a block.</summary>
internal readonly record struct SubnetNeed(Node Node, AddressFamily Family);

/// <summary>What is to be done so that every node has one subnet of each family: desired minus actual.</summary>
internal sealed record SubnetPlan
{
    /// <summary>Nodes that need a block.</summary>
    public required ImmutableArray<SubnetNeed> Needs { get; init; }

    /// <summary>Subnets whose facts about the node are out of date, as they should be.</summary>
    public required ImmutableArray<Subnet> Updates { get; init; }

    /// <summary>Released subnets whose very node (same UID) is there: it gets its own block back.</summary>
    public required ImmutableArray<Subnet> Revivals { get; init; }

    /// <summary>Subnets in use whose node is gone, or has another of the family.</summary>
    public required ImmutableArray<Subnet> Releases { get; init; }

    /// <summary>Released subnets that may be given to others.</summary>
    public required ImmutableArray<Subnet> Deletions { get; init; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Needs.IsEmpty && Updates.IsEmpty && Revivals.IsEmpty && Releases.IsEmpty && Deletions.IsEmpty;

    /// <summary>Compares.</summary>
    /// <param name="families">The families that there are pools of.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="subnets">All subnets.</param>
    /// <param name="rested">Whether a released subnet has rested long enough.</param>
    public static SubnetPlan Of(
        IReadOnlyCollection<AddressFamily> families, IEnumerable<Node> nodes, IReadOnlyCollection<Subnet> subnets, Func<Subnet, bool> rested)
    {
        var living = nodes.Where(n => n.Metadata.Uid is { Length: > 0 }).ToDictionary(n => n.Metadata.Uid!, StringComparer.Ordinal);
        var held = new Dictionary<(string Uid, AddressFamily Family), Subnet>();
        var updates = ImmutableArray.CreateBuilder<Subnet>();
        var revivals = ImmutableArray.CreateBuilder<Subnet>();
        var releases = ImmutableArray.CreateBuilder<Subnet>();
        var deletions = ImmutableArray.CreateBuilder<Subnet>();

        foreach (var subnet in subnets.Where(s => !IsReleased(s)).OrderBy(s => s, SubnetOrder.Seniority))
        {
            if (!living.TryGetValue(subnet.Spec.NodeUid, out var node) || !held.TryAdd((subnet.Spec.NodeUid, FamilyOf(subnet)), subnet))
            {
                releases.Add(subnet);
            }
            else if (SubnetFacts.Of(node, BlockOf(subnet)) is var facts && !SubnetFacts.Same(facts, subnet.Spec))
            {
                updates.Add(subnet with { Spec = facts });
            }
        }

        foreach (var subnet in subnets.Where(IsReleased).OrderBy(s => s, SubnetOrder.Seniority))
        {
            if (living.ContainsKey(subnet.Spec.NodeUid) && held.TryAdd((subnet.Spec.NodeUid, FamilyOf(subnet)), subnet))
            {
                revivals.Add(subnet);
            }
            else if (rested(subnet))
            {
                deletions.Add(subnet);
            }
        }

        return new SubnetPlan
        {
            Needs =
            [
                .. living.Values.OrderBy(n => n.Metadata.Name, StringComparer.Ordinal)
                    .SelectMany(n => families.Where(f => !held.ContainsKey((n.Metadata.Uid!, f))).Select(f => new SubnetNeed(n, f))),
            ],
            Updates = updates.ToImmutable(),
            Revivals = revivals.ToImmutable(),
            Releases = releases.ToImmutable(),
            Deletions = deletions.ToImmutable(),
        };
    }

    /// <summary>Whether a subnet rests.</summary>
    public static bool IsReleased(Subnet subnet) => subnet.Status?.Phase == AllocationPhase.Released;

    /// <summary>The block that a subnet's object stands for.</summary>
    public static IPNetwork BlockOf(Subnet subnet) => IPNetwork.Parse(subnet.Spec.Cidr);

    private static AddressFamily FamilyOf(Subnet subnet) => BlockOf(subnet).BaseAddress.AddressFamily;
}
