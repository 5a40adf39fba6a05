using System.Collections.Immutable;

namespace Overlay.Cli.Status;

/// <summary>A node's part in the network.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Subnets">Its subnets in use, one of each family.</param>
/// <param name="Agent">What its agent says of itself; null: it has no Lease.</param>
/// <param name="InOrder">Whether none of the problems is this node's.</param>
internal sealed record NodeReport(string Name, ImmutableArray<SubnetReport> Subnets, AgentReport? Agent, bool InOrder);

/// <summary>A subnet in use, and how to reach it.</summary>
/// <param name="Cidr">The block.</param>
/// <param name="VtepAddress">The VTEP's address inside the overlay.</param>
/// <param name="VtepMac">The VTEP's MAC address.</param>
/// <param name="UnderlayAddresses">The node's addresses on the underlay, the VTEP's own first.</param>
internal sealed record SubnetReport(string Cidr, string VtepAddress, string VtepMac, ImmutableArray<string> UnderlayAddresses);

/// <summary>What an agent says of itself in its Lease.</summary>
/// <param name="Alive">Whether it renewed its Lease in time.</param>
/// <param name="LastSeen">When it last did (its clock).</param>
/// <param name="Version">Its version.</param>
/// <param name="RuleBackend">The rule engine in use.</param>
/// <param name="AppliedTags">The resourceVersion up to which WorkloadTags are in force; null: none yet.</param>
/// <param name="TagsCurrent">Whether that is all of them; null: there are no tags.</param>
internal sealed record AgentReport(bool Alive, DateTimeOffset? LastSeen, string? Version, string? RuleBackend, string? AppliedTags, bool? TagsCurrent);
