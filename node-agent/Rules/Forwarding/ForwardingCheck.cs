using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Overlay.Netlink;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Forwarding;

/// <summary>
/// Notices when somebody else's firewall drops what is forwarded (Docker and ufw set that policy) and opens it for the overlay, or says what to do.
/// </summary>
internal sealed class ForwardingCheck(NfTablesSocket tables, ITools tools, ILogger log, NetworkNamespace? inside = null)
{
    private readonly HashSet<string> said = new(StringComparer.Ordinal);

    /// <summary>Looks at all rule sets of the node, opens what it can.</summary>
    /// <param name="settings">Which interfaces are the overlay's.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>What is left for the administrator to do; empty when packets pass.</returns>
    internal async Task<IReadOnlyList<string>> CheckAsync(RuleSettings settings, CancellationToken stop)
    {
        var advice = new List<string>();
        foreach (var barrier in await FindAsync(stop).ConfigureAwait(false))
        {
            switch (ForwardingStep.For(barrier, settings))
            {
                case ForwardingStep.Accept accept when await OpenAsync(accept, barrier, stop).ConfigureAwait(false) is { } failure:
                    advice.Add(failure);
                    break;
                case ForwardingStep.Advise advise:
                    advice.Add(advise.Text);
                    break;
            }
        }

        foreach (var text in advice.Where(said.Add))
        {
            log.ForwardingBlocked(text);
        }

        return advice;
    }

    private async Task<List<ForwardBarrier>> FindAsync(CancellationToken stop)
    {
        var found = ForwardBarriers.Of(tables.Chains(), Nftables.NftablesBackend.Table).ToList();
        foreach (var (family, program) in new[] { (AddressFamily.InterNetwork, "iptables-legacy"), (AddressFamily.InterNetworkV6, "ip6tables-legacy") })
        {
            if (!LegacyTables.InUse(family, inside).Contains("filter", StringComparer.Ordinal))
            {
                continue;
            }

            var listing = await tools.RunAsync(program, ["-w", "5", "-S", "FORWARD"], stop).ConfigureAwait(false);
            if (listing is { ExitCode: 0 } && ForwardBarriers.OfLegacy(family, listing.Output) is { } barrier)
            {
                found.Add(barrier);
            }
        }

        return found;
    }

    /// <returns>Null when the rules are there now; else why not and what to do.</returns>
    private async Task<string?> OpenAsync(ForwardingStep.Accept accept, ForwardBarrier barrier, CancellationToken stop)
    {
        var failure = $"none of {string.Join(", ", accept.Programs)} is installed";
        foreach (var program in accept.Programs)
        {
            var added = 0;
            foreach (var rule in accept.Rules)
            {
                var there = await tools.RunAsync(program, ["-w", "5", "-C", "FORWARD", .. rule], stop).ConfigureAwait(false);
                var done = there is { ExitCode: 0 } or null ? there : await tools.RunAsync(program, ["-w", "5", "-A", "FORWARD", .. rule], stop).ConfigureAwait(false);
                if (done is null)
                {
                    added = -1;
                    break;
                }

                if (done.ExitCode != 0)
                {
                    return $"{barrier.Where} drops what is forwarded, and {program} could not open it for the overlay: {done.Errors.Trim()}. Add by hand: {program} -A FORWARD {string.Join(' ', rule)}";
                }

                added += there is { ExitCode: 0 } ? 0 : 1;
            }

            if (added > 0)
            {
                log.ForwardingOpened(barrier.Where, program);
            }

            if (added >= 0)
            {
                return null;
            }
        }

        return $"{barrier.Where} drops what is forwarded, and {failure}. Install iptables, or add accept rules for the overlay's interfaces there.";
    }
}
