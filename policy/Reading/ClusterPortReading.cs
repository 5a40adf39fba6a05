using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Protocols and ports of ClusterNetworkPolicy.</summary>
internal static class ClusterPortReading
{
    /// <summary>Reads a rule's protocols. No list means everything.</summary>
    public static (ImmutableArray<PortEntry> Ports, ImmutableArray<NamedPort> Named) Read(
        Problems problems,
        string path,
        ImmutableArray<ClusterPolicyProtocol>? given,
        RuleReference reference
    )
    {
        var because = Reasons.Of(reference);
        if (given is null || given.Value.IsDefault)
        {
            return ([PortEntry.All(because)], []);
        }

        var read = new List<PortEntry>();
        var named = ImmutableArray.CreateBuilder<NamedPort>();
        for (var i = 0; i < given.Value.Length; i++)
        {
            var protocol = given.Value[i] ?? new ClusterPolicyProtocol();
            (IpProtocol Protocol, ClusterPolicyPorts? Ports, string Field)[] fields =
            [
                (IpProtocol.TCP, protocol.Tcp, "tcp"),
                (IpProtocol.UDP, protocol.Udp, "udp"),
                (IpProtocol.SCTP, protocol.Sctp, "sctp"),
            ];
            var set = fields.Where(field => field.Ports is not null).ToList();
            if (set.Count + (protocol.DestinationNamedPort is null ? 0 : 1) != 1)
            {
                problems.Add($"{path}[{i}]", "", "a protocol has exactly one of tcp, udp, sctp and destinationNamedPort");
            }
            else if (protocol.DestinationNamedPort is { } name)
            {
                named.Add(new NamedPort(null, name));
            }
            else if (ReadPort(problems, $"{path}[{i}].{set[0].Field}.destinationPort", set[0].Ports!.DestinationPort) is { } range)
            {
                read.Add(new PortEntry(set[0].Protocol, range, because));
            }
        }

        return (PortEntries.Normalize(read), [.. named.Distinct()]);
    }

    private static PortRange? ReadPort(Problems problems, string path, ClusterPolicyPort? port)
    {
        switch (port)
        {
            case null:
                return PortRange.Whole;
            case { Number: >= 1 and <= ushort.MaxValue, Range: null }:
                return PortRange.Of((ushort)port.Number);
            case { Number: null, Range: { Start: >= 1, End: <= ushort.MaxValue } range } when range.Start <= range.End:
                return new PortRange((ushort)range.Start, (ushort)range.End);
            default:
                var text = string.Create(CultureInfo.InvariantCulture, $"{port.Number}{port.Range?.Start}{(port.Range is null ? "" : "-")}{port.Range?.End}");
                problems.Add(path, text, "give either number, 1 to 65535, or range with start below end");
                return null;
        }
    }
}
