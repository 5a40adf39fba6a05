using System.Globalization;
using Overlay.Api.Network;
using Overlay.Api.Wire;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>The chains that tell packets to the agent, where settings and policies ask for them; where nobody asks there are none. Pure.</summary>
/// <remarks>
/// What is denied has a rate for each pair of addresses, by hashlimit. What is allowed has one for each local workload, by limit: a hashlimit whose table is full
/// drops what it is asked about.
/// </remarks>
/// <param name="book">The mangle table's chains.</param>
/// <param name="state">What is asked for.</param>
internal sealed class TellingChains(ChainBook book, RuleState state)
{
    private const string Denied = "TELL-D";
    private const string Allowed = "TELL-A";
    private const string Left = "TELL-L";

    private readonly RuleLogging logging = state.Settings.Logging;

    /// <summary>Writes them, and the rules that lead there.</summary>
    internal void Write()
    {
        if (logging.Denied != LoggedConnections.None)
        {
            var to = TellDenied(LogPrefix.DeniedArriving, "a");
            InsertDenied(StaticChains.Denied, Denied, MatchTree.ToGroups, workload => workload.WatchedArriving, to, bySender: true);
            InsertDenied(StaticChains.AnswerDenied, "TELL-R", MatchTree.FromGroups, workload => workload.WatchedArriving, TellDenied(LogPrefix.DeniedAnswer, "r"), bySender: false);
            InsertDenied(StaticChains.ExitDenied, "TELL-X", MatchTree.FromGroups, workload => workload.WatchedLeaving, TellDenied(LogPrefix.DeniedLeaving, "l"), bySender: false);
        }

        if (state.TellsAllowed)
        {
            var all = logging.Allowed == LoggedConnections.All;
            book[StaticChains.Allowed].Insert(0, $"-m connmark ! --mark {Say.Hex(NodeMark.Judged)}/{Say.Hex(NodeMark.Judged)} {Say.Comment("once a connection")} {Say.Call(Allowed)}");
            Dispatch(MatchTree.ToGroups, Allowed, workload => all || workload.WatchedArriving, Tell(LogPrefix.AllowedArriving), bySender: !all);
            book[StaticChains.Left].Insert(0, $"-m conntrack --ctstate NEW {Say.Call(Left)}");
            Dispatch(MatchTree.FromGroups, Left, workload => all || workload.WatchedLeaving, Tell(LogPrefix.AllowedLeaving), bySender: false);
        }
    }

    /// <summary>The rule of the raw table; its sources are false, so they have no rates of their own. Null where it is not asked for.</summary>
    internal static string? Spoofed(RuleLogging logging) =>
        logging.Denied == LoggedConnections.All ? $"{Limit(logging.DeniedPerSecond)} {Log(LogPrefix.Spoofed)}" : null;

    private void InsertDenied(string chain, string tell, MatchTree tree, Func<LocalWorkload, bool> watched, string action, bool bySender)
    {
        var all = logging.Denied == LoggedConnections.All;
        var last = book[chain].Count - 1;
        book[chain].Insert(last, all ? action : Say.Call(tell));
        if (!all)
        {
            Dispatch(tree, tell, watched, action, bySender);
        }
    }

    /// <summary>One packet is told once: by the local workload if that is watched, else by its sender's tag.</summary>
    private void Dispatch(MatchTree tree, string chain, Func<LocalWorkload, bool> watched, string action, bool bySender)
    {
        var entries = state.Workloads.Where(watched).OrderBy(workload => workload.Group).Select(workload => new MatchTree.Entry(workload.Group, uint.MaxValue, [Say.Goto(Own(workload))])).ToList();
        tree.Write(book, chain, entries, $"{chain}-S");
        var senders = bySender ? state.WatchedSenders.Where(tag => tag <= Tag.LastNarrow).Select(tag => new MatchTree.Entry(tag.Value, NarrowMark.TagMask, [action])).ToList() : [];
        MatchTree.Tags.Write(book, $"{chain}-S", senders, null);
        book[$"{chain}-S"].Add("-j RETURN");

        string Own(LocalWorkload workload)
        {
            var own = string.Create(CultureInfo.InvariantCulture, $"{chain}{workload.Group}");
            book[own].Add(action);
            return own;
        }
    }

    /// <summary>A hashlimit that is there already keeps its rate while a rule names it: another rate has another name.</summary>
    private string TellDenied(string prefix, string what) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"-m hashlimit --hashlimit-upto {logging.DeniedPerSecond}/sec --hashlimit-burst {Burst(logging.DeniedPerSecond)} --hashlimit-mode srcip,dstip --hashlimit-name ov-{what}{logging.DeniedPerSecond} --hashlimit-htable-max 16384 --hashlimit-htable-expire 60000 {Log(prefix)}"
        );

    private string Tell(string prefix) => $"{Limit(logging.AllowedPerSecond)} {Log(prefix)}";

    private static string Limit(int perSecond) => string.Create(CultureInfo.InvariantCulture, $"-m limit --limit {perSecond}/sec --limit-burst {Burst(perSecond)}");

    private static int Burst(int perSecond) => Math.Max(5, perSecond);

    private static string Log(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"-j NFLOG --nflog-prefix \"{LogPrefix.Narrow}{prefix}\" --nflog-group {LogPrefix.Group} --nflog-size 128 --nflog-threshold 32");
}
