using System.Collections.Immutable;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>Our chains of one table.</summary>
/// <param name="Name"><c>raw</c>, <c>mangle</c>, <c>nat</c> or <c>filter</c>.</param>
/// <param name="Chains">Each chain with its rules, as iptables-restore reads them after <c>-A CHAIN</c>.</param>
internal sealed record IptablesTable(string Name, ImmutableSortedDictionary<string, ImmutableArray<string>> Chains);
