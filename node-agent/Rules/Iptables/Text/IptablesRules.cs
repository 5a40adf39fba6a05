using System.Collections.Immutable;
using System.Net.Sockets;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>Everything that the kernel must say on an iptables node: a value, see <see cref="Rendering"/>.</summary>
/// <param name="Families">Our chains of both families.</param>
/// <param name="Sets">Our ipsets by name.</param>
internal sealed record IptablesRules(ImmutableArray<IptablesFamily> Families, ImmutableSortedDictionary<string, IpSet> Sets);

/// <summary>Our chains of one family.</summary>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="Tables">The tables in the order in which they are loaded: those that mark and check come before the one that judges.</param>
internal sealed record IptablesFamily(AddressFamily Family, ImmutableArray<IptablesTable> Tables);
