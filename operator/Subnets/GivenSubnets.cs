using System.Collections.Immutable;
using System.Net;

namespace Overlay.Operator.Subnets;

/// <summary>How far giving came.</summary>
/// <param name="Waiting">Nodes, with the family, that the pools have nothing left for.</param>
/// <param name="Lost">A block that somebody else gave out first: the list it was chosen by is out of date. Null: none.</param>
internal sealed record GivenSubnets(ImmutableArray<string> Waiting, IPNetwork? Lost);
