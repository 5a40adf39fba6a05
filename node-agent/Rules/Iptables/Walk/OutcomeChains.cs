namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>The chains of ours in which it is settled what becomes of a packet: the rule that leads there is the one that decides. Pure.</summary>
internal static class OutcomeChains
{
    private static readonly Dictionary<string, bool> Known = new(StringComparer.Ordinal)
    {
        [StaticChains.Allowed] = true, [StaticChains.Left] = true, [StaticChains.Pass] = true, [StaticChains.Vouch] = true, [StaticChains.PodPass] = true, [StaticChains.Outsider] = true,
        [StaticChains.Denied] = false, [StaticChains.AnswerDenied] = false, [StaticChains.ExitDenied] = false, [StaticChains.ReturnDenied] = false,
    };

    /// <summary>Whether what comes to a chain is let through; null: there it is not settled yet.</summary>
    internal static bool? Of(string chain) =>
        chain.StartsWith(Hook.Prefix, StringComparison.Ordinal) && Known.TryGetValue(chain[Hook.Prefix.Length..], out var allowed) ? allowed : null;
}
