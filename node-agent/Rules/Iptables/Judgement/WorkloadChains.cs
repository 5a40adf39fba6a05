using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Wire;
using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>
/// The chains that judge what a local workload is sent, or what it answers: the steps of <see cref="VerdictTable"/> from the second on. Pure.
/// </summary>
/// <remarks>
/// The sender's tag, and the note whether it counts as flagged, are in the packet's mark; for an answer they were put there from the connection's.
/// Chains go to each other for good and end in <c>allowed</c> or <c>denied</c>; called ones only make notes in the mark.
/// </remarks>
internal sealed class WorkloadChains
{
    private readonly ChainBook book;
    private readonly SetBook sets;
    private readonly PortMatch ports;
    private readonly LocalWorkload workload;
    private readonly string name;
    private readonly string allowed;
    private readonly string denied;

    private WorkloadChains(ChainBook book, SetBook sets, PortMatch ports, LocalWorkload workload, string name, string allowed, string denied) =>
        (this.book, this.sets, this.ports, this.workload, this.name, this.allowed, this.denied) = (book, sets, ports, workload, name, allowed, denied);

    /// <summary>A tag's grants, or those of everybody.</summary>
    private enum Path
    {
        /// <summary>Not flagged, tag as in the mark.</summary>
        Known,

        /// <summary>Not flagged, and of a tag that a wary workload does not know: counts as tag 2.</summary>
        Unknown,

        /// <summary>Counts as flagged.</summary>
        Flagged,
    }

    /// <summary>Writes them.</summary>
    /// <param name="book">The mangle table's chains.</param>
    /// <param name="sets">The sets.</param>
    /// <param name="ports">How ports are matched in this family and direction.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="name">The chain that begins it.</param>
    /// <param name="allowed">Where an allowed packet goes.</param>
    /// <param name="denied">Where a denied one goes.</param>
    internal static void Write(ChainBook book, SetBook sets, PortMatch ports, LocalWorkload workload, string name, string allowed, string denied) =>
        new WorkloadChains(book, sets, ports, workload, name, allowed, denied).Write();

    private void Write()
    {
        var entry = book[name];
        if (NamesOtherProtocols())
        {
            entry.Add(Say.Call(StaticChains.OtherProtocol));
        }

        var flagged = workload.Grants.Any(grant => grant.Flagged) ? $"{name}F" : denied;
        entry.Add(Say.Rule(Say.Mark(NarrowMark.Flagged, NarrowMark.Flagged), Say.Goto(flagged)));
        if (flagged != denied)
        {
            Judge(flagged, Path.Flagged);
        }

        if (workload.Open)
        {
            entry.Add(Say.Goto(allowed));
            return;
        }

        if (workload.Wary)
        {
            entry.Add(Say.Call(StaticChains.Known));
            entry.Add(Say.Rule(Say.Mark(0, NarrowMark.Known), Say.Goto($"{name}U")));
            Judge($"{name}U", Path.Unknown);
        }

        if (!workload.Particular.IsEmpty)
        {
            entry.Add(Say.Call($"{name}X"));
            MatchTree.Tags.Write(book, $"{name}X", MatchTree.Blocks(workload.Particular, Say.SetMark(NarrowMark.Particular, NarrowMark.Particular)), null);
        }

        Judge(name, Path.Known);
    }

    private void Judge(string root, Path path)
    {
        var chain = Add(root, root, path, GrantStanding.Firm, "f");
        foreach (var match in Addresses(workload.DeniedAddresses))
        {
            book[chain].Add(Say.Rule(match, Say.Goto(denied)));
        }

        chain = Add(root, chain, path, GrantStanding.Plain, "p");
        if (Grants(path).Any(grant => grant.Standing == GrantStanding.Conditional) && !workload.AllowedAddresses.IsEmpty)
        {
            var inner = $"{root}a";
            foreach (var match in Addresses(workload.AllowedAddresses))
            {
                book[chain].Add(Say.Rule(match, Say.Goto(inner)));
            }

            book[Add(root, inner, path, GrantStanding.Conditional, "c")].Add(Say.Goto(denied));
        }

        book[chain].Add(Say.Goto(denied));
    }

    /// <summary>Adds the grants of one standing; tells in which chain it goes on. (A chain's name has at most 28 bytes: suffixes are short.)</summary>
    private string Add(string root, string chain, Path path, GrantStanding standing, string suffix)
    {
        var grants = Grants(path).Where(grant => grant.Standing == standing).ToList();
        var byTag = grants
            .Where(grant => grant.Source is { Kind: GrantSourceKind.Tag } && path != Path.Unknown && grant.Source.Tag <= Tag.LastNarrow)
            .GroupBy(grant => grant.Source.Tag)
            .Select(tag => new MatchTree.Entry(tag.Key.Value, NarrowMark.TagMask, [.. tag.SelectMany(grant => Rules(grant, ""))]))
            .ToList();
        if (byTag.Sum(entry => entry.Actions.Length) > MatchTree.Width)
        {
            var next = root + suffix;
            MatchTree.Tags.Write(book, chain, byTag, next);
            chain = next;
        }
        else
        {
            book[chain].AddRange(byTag.SelectMany(entry => entry.Actions.Select(action => Say.Rule(Say.Mark(entry.Value, entry.Mask), action))));
        }

        foreach (var grant in grants.Where(grant => path == Path.Unknown || grant.Source.Kind != GrantSourceKind.Tag))
        {
            book[chain].AddRange(Rules(grant, path == Path.Unknown ? "" : Kind(grant.Source.Kind)));
        }

        return chain;
    }

    /// <summary>The grants that can concern a packet on this path.</summary>
    private IEnumerable<Grant> Grants(Path path) =>
        path switch
        {
            Path.Flagged => workload.Grants.Where(grant => grant.Flagged),
            Path.Known => workload.Grants.Where(grant => !grant.Flagged),
            _ => workload.Grants.Where(grant =>
                !grant.Flagged
                && (
                    grant.Source == GrantSource.Of(Tag.UnknownPod)
                    || (grant.Source.Kind is GrantSourceKind.Outsider or GrantSourceKind.Anyone && !workload.Particular.Contains(Tag.UnknownPod))
                )
            ),
        };

    private string Kind(GrantSourceKind kind)
    {
        var particular = workload.Particular.IsEmpty ? 0 : NarrowMark.Particular;
        return kind switch
        {
            GrantSourceKind.AnyPod => Say.Rule(particular == 0 ? "" : Say.Mark(0, particular), Say.NotMark(0, NarrowMark.WorkloadMask)),
            GrantSourceKind.Outsider => Say.Mark(0, NarrowMark.WorkloadMask | particular),
            _ => particular == 0 ? "" : Say.Mark(0, particular),
        };
    }

    private IEnumerable<string> Rules(Grant grant, string source) =>
        grant.Family is { } family && family != ports.Family
            ? []
            : ports.Of(grant.Protocol, grant.Ports).Select(match => Say.Rule(source, match, Say.Comment(grant.Because.ToString()), Say.Goto(allowed)));

    /// <summary>Matches packets whose peer's address is among these, on its ports.</summary>
    private IEnumerable<string> Addresses(ImmutableArray<AddressGrant> addresses) =>
        from one in addresses.GroupBy(address => (address.Protocol, address.Ports))
        let match = sets.Match(one.Select(address => address.Addresses), ports.Family, ports.PeerIsSource)
        where match is not null
        from port in ports.Of(one.Key.Protocol, one.Key.Ports)
        select Say.Rule(match, port, Say.Comment(More(one.Select(address => address.Because.ToString()).Distinct().ToList())));

    /// <summary>The first, and how many more.</summary>
    internal static string More(IReadOnlyList<string> reasons) =>
        reasons.Count <= 1 ? string.Concat(reasons) : string.Create(CultureInfo.InvariantCulture, $"{reasons[0]} and {reasons.Count - 1} more");

    private bool NamesOtherProtocols() =>
        workload.Grants.Any(grant => grant.Protocol == IpProtocol.Other)
        || workload.AllowedAddresses.Concat(workload.DeniedAddresses).Any(address => address.Protocol == IpProtocol.Other);
}
