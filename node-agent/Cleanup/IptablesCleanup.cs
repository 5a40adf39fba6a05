using System.Net.Sockets;
using Overlay.Netlink.NfTables;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Forwarding;
using Overlay.NodeAgent.Rules.Iptables;

namespace Overlay.NodeAgent.Cleanup;

/// <summary>Removes our chains and sets of both kinds of iptables, and the accept rules that opened others' firewalls.</summary>
internal sealed class IptablesCleanup(ITools tools, CleanupReport report)
{
    /// <summary>nf_tables lets go of a rule's set a moment after the rule.</summary>
    private const int Tries = 20;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    /// <summary>Chains, jumps and sets.</summary>
    public async Task RulesAsync(CancellationToken stop)
    {
        using var tables = NfTablesSocket.Open();
        if (tables.Chains().Any(chain => chain.Name.StartsWith(Hook.Prefix, StringComparison.Ordinal)))
            await RemoveAsync("-nft", stop);
        if (LegacyTables.InUse(AddressFamily.InterNetwork, null).Contains("mangle", StringComparer.Ordinal))
            await RemoveAsync("-legacy", stop);
    }

    /// <summary>The accept rules in FORWARD of others.</summary>
    public async Task AcceptsAsync(CancellationToken stop)
    {
        using var tables = NfTablesSocket.Open();
        foreach (var family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            var nft = family == AddressFamily.InterNetwork ? NfFamily.IPv4 : NfFamily.IPv6;
            if (tables.Chains(new TableName(nft, "filter")).Any(chain => chain.Name is "FORWARD"))
                await TakeOutAsync(new ForwardBarrier(FirewallKind.IptablesNft, family, ""), stop);
            if (LegacyTables.InUse(family, null).Contains("filter", StringComparer.Ordinal))
                await TakeOutAsync(new ForwardBarrier(FirewallKind.IptablesLegacy, family, ""), stop);
        }
    }

    private async Task RemoveAsync(string variant, CancellationToken stop)
    {
        var what = $"the chains OVERLAY-* and the sets of iptables{variant}";
        try
        {
            using var backend = new IptablesBackend(tools, variant);
            var some = backend.Inspect().Skeleton != SkeletonCondition.Missing;
            var gone = false;
            for (var i = 0; i < Tries && !gone; i++)
            {
                gone = await backend.RemoveAsync(stop);
                if (!gone)
                    await Task.Delay(Moment, stop);
            }

            if (!gone)
                report.Stayed(what, "the kernel still uses a set; see `ipset list -n`, and clean up again");
            else if (some)
                report.Did(what);
        }
        catch (RulesException error)
        {
            report.Stayed(what, error.Message);
        }
    }

    /// <summary>As often as it is there: two agents of a time may both have added it.</summary>
    private async Task TakeOutAsync(ForwardBarrier opened, CancellationToken stop)
    {
        if (ForwardingStep.For(opened, new RuleSettings()) is not ForwardingStep.Accept accept)
            return;
        foreach (var program in accept.Programs)
        {
            var missing = false;
            foreach (var rule in accept.Rules)
            {
                while (await tools.RunAsync(program, ["-w", "5", "-D", "FORWARD", .. rule], stop) is var taken)
                {
                    missing = taken is null;
                    if (taken is not { ExitCode: 0 })
                        break;
                    report.Did($"the rule \"{string.Join(' ', rule)}\" from {program}'s FORWARD");
                }
            }

            if (!missing)
                return;
        }
    }
}
