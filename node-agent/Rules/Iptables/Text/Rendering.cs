using System.Collections.Immutable;
using System.Net.Sockets;
using Overlay.Api.Wire;
using Overlay.Netlink.IpSets;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>Rule state to chains and sets. Pure.</summary>
internal static class Rendering
{
    /// <summary>The chain whose rules name the local workloads' numbers; no packet meets it.</summary>
    internal const string About = "ABOUT";

    /// <summary>Everything that the kernel must say.</summary>
    internal static IptablesRules Of(RuleState state)
    {
        var sets = new SetBook();
        ImmutableArray<IptablesFamily> families = [Family(state, AddressFamily.InterNetwork, sets), Family(state, AddressFamily.InterNetworkV6, sets)];
        return new IptablesRules(families, sets.Close().Add(LoadPrint.SetName, new IpSet(LoadPrint.SetName, LoadPrint.SetType, [])));
    }

    private static IptablesFamily Family(RuleState state, AddressFamily family, SetBook sets)
    {
        AddSets(state, family, sets);
        return new IptablesFamily(family, [FilterChains.Of(family), NatChains.Of(state, family), RawChains.Of(state, family), Mangle(state, family, sets)]);
    }

    private static void AddSets(RuleState state, AddressFamily family, SetBook sets)
    {
        sets.Add("pods", family, "hash:net,iface skbinfo comment", state.Senders.Where(sender => sender.Address.AddressFamily == family).Select(Sender));
        sets.Add("nodes", family, "hash:ip", state.Underlay.Where(address => address.AddressFamily == family).Select(address => IpSetElement.Of(address)));
        sets.Add(IpSet.Asked, family, "hash:ip,port timeout 600 forceadd", []);
        sets.Add("pools", family, "hash:net", SetBook.Elements(state.Pools, family));
        sets.Add("own", family, "hash:net", SetBook.Elements([.. state.Pools, .. state.Unmasqueraded], family));
    }

    private static IpSetElement Sender(SenderRule sender)
    {
        var mark = NarrowMark.Of(NodeMark.TagOf(sender.Mark), (sender.Mark & NodeMark.EgressIsolated) != 0);
        return IpSetElement.Of(sender.Address, sender.Veth, ((ulong)mark << 32) | NarrowMark.Mask, Say.Clean(sender.Comment));
    }

    private static IptablesTable Mangle(RuleState state, AddressFamily family, SetBook sets)
    {
        var book = new ChainBook();
        new StaticChains(book, state.Settings, family).Write();
        WriteTags(state, book);
        var (asked, answers) = (new PortMatch(family, answers: false), new PortMatch(family, answers: true));
        var workloads = state.Workloads.OrderBy(workload => workload.Group).ToList();
        foreach (var workload in workloads)
        {
            book[About].Add(Say.Comment($"{workload.Group} {GroupNumbers.NameOf(workload.Workload)}"));
            WorkloadChains.Write(book, sets, asked, workload, $"IN{workload.Group}", StaticChains.Allowed, StaticChains.Denied);
            WorkloadChains.Write(book, sets, answers, workload, $"RE{workload.Group}", StaticChains.Vouch, StaticChains.AnswerDenied);
            if (!workload.Free)
            {
                ExitChains.Write(book, sets, asked, workload, $"OUT{workload.Group}", StaticChains.Left, StaticChains.ExitDenied);
                ExitChains.Write(book, sets, answers, workload, $"BACK{workload.Group}", StaticChains.Pass, StaticChains.ReturnDenied);
            }
        }

        book[About].Add("-j RETURN");
        WriteDispatch(book, state, workloads);
        new TellingChains(book, state).Write();
        return book.Close("mangle");
    }

    /// <summary>Step 1: who counts as flagged; and which tags are known.</summary>
    private static void WriteTags(RuleState state, ChainBook book)
    {
        var flags = book[StaticChains.Flags];
        var isolated = Say.Mark(NarrowMark.EgressIsolated, NarrowMark.EgressIsolated);
        flags.Add(Say.Rule(isolated, Say.SetMark(NarrowMark.Flagged, NarrowMark.Flagged)));
        if (!state.AcquaintedTags.IsEmpty)
        {
            flags.Add(Say.Rule(isolated, Say.Call("ACQUAINTED")));
            MatchTree.Tags.Write(book, "ACQUAINTED", MatchTree.Blocks(state.AcquaintedTags, Say.SetMark(0, NarrowMark.Flagged)), null);
        }

        if (!state.RestrictedTags.IsEmpty)
        {
            flags.Add(Say.Call("RESTRICTED"));
            MatchTree.Tags.Write(book, "RESTRICTED", MatchTree.Blocks(state.RestrictedTags, Say.SetMark(NarrowMark.Flagged, NarrowMark.Flagged)), null);
        }

        book[StaticChains.Known].Add(Say.Rule(Say.Mark(0, NarrowMark.WorkloadMask), Say.SetMark(NarrowMark.Known, NarrowMark.Known)));
        MatchTree.Tags.Write(book, StaticChains.Known, MatchTree.Blocks(state.KnownTags, Say.SetMark(NarrowMark.Known, NarrowMark.Known)), null);
    }

    private static void WriteDispatch(ChainBook book, RuleState state, List<LocalWorkload> workloads)
    {
        book[StaticChains.Judge].Add(Say.Call(StaticChains.Flags));
        Dispatch(MatchTree.ToGroups, StaticChains.Judge, workload => $"IN{workload.Group}", StaticChains.Denied);
        book[StaticChains.Answer].AddRange(ClientMemory.Read(RawChains.UnknownTag(state)));
        book[StaticChains.Answer].Add(Say.Call(StaticChains.Flags));
        Dispatch(MatchTree.FromGroups, StaticChains.Answer, workload => $"RE{workload.Group}", StaticChains.AnswerDenied);
        book[StaticChains.Leave].Add($"-m conntrack --ctstate INVALID {Say.Count("exits_denied", "would leave without its source NAT")} -j DROP");
        Dispatch(MatchTree.FromGroups, StaticChains.Leave, workload => workload.Free ? StaticChains.Left : $"OUT{workload.Group}", StaticChains.ExitDenied);
        Dispatch(MatchTree.ToGroups, StaticChains.Returned, workload => workload.Free ? StaticChains.Pass : $"BACK{workload.Group}", StaticChains.ReturnDenied);

        void Dispatch(MatchTree tree, string chain, Func<LocalWorkload, string> target, string otherwise) =>
            tree.Write(book, chain, [.. workloads.Select(workload => new MatchTree.Entry(workload.Group, uint.MaxValue, [Say.Goto(target(workload))]))], otherwise);
    }
}
