using System.Collections.Immutable;
using Overlay.Api.Network;
using Overlay.Api.Objects;

namespace Overlay.Cli.Status;

/// <summary>The network: what the administrator wants and what the operator found.</summary>
/// <param name="Pools">Its pools.</param>
/// <param name="Vni">The VXLAN network identifier.</param>
/// <param name="Port">VXLAN's UDP port.</param>
/// <param name="Mtu">In bytes; 0: found out by each node.</param>
/// <param name="Backend">The rule backend asked for.</param>
/// <param name="DefaultAction">Between pods that no policy selects.</param>
/// <param name="DenyAction">What denied packets meet.</param>
/// <param name="Conditions">What the operator found.</param>
internal sealed record NetworkReport(
    ImmutableArray<PoolReport> Pools,
    int Vni,
    int Port,
    int Mtu,
    RuleBackend Backend,
    DefaultAction DefaultAction,
    DenyAction DenyAction,
    ImmutableArray<Condition> Conditions
);

/// <summary>A pool and how full it is.</summary>
/// <param name="Cidr">The block.</param>
/// <param name="NodePrefixLength">The prefix length of a node's subnet.</param>
/// <param name="Subnets">How many subnets it holds; null: the operator has not said yet.</param>
/// <param name="Used">How many of them are given out or rest; null: the operator has not said yet.</param>
internal sealed record PoolReport(string Cidr, int NodePrefixLength, long? Subnets, long? Used);
