using System.Net;
using Overlay.NodeAgent.Policies;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Flows;

/// <summary>The local pods, by what a packet shows of them. A value, made from the rules in force.</summary>
internal sealed class LocalEnds
{
    private readonly Dictionary<IPAddress, LocalEnd> _byAddress = [];
    private readonly Dictionary<string, LocalEnd> _byVeth = new(StringComparer.Ordinal);

    public LocalEnds(GatheredRules gathered)
    {
        var senders = gathered.Inputs.Table.Senders.ToDictionary(sender => sender.Pod, StringComparer.Ordinal);
        var wiring = gathered.Inputs.Pods.ToLookup(pod => pod.Uid, StringComparer.Ordinal);
        foreach (var pod in gathered.Pods)
        {
            var end = new LocalEnd(pod, senders.TryGetValue(pod.Uid, out var sender) ? sender : null);
            foreach (var address in pod.Addresses)
            {
                _byAddress[address] = end;
            }

            foreach (var wire in wiring[pod.Uid])
            {
                _byVeth[wire.Veth] = end;
            }
        }

        Logging = gathered.Inputs.Settings.Logging;
    }

    /// <summary>What is to be told.</summary>
    public RuleLogging Logging { get; }

    /// <summary>The pod with an address; null: none here.</summary>
    public LocalEnd? At(IPAddress address) => _byAddress.GetValueOrDefault(address);

    /// <summary>The pod behind a veth; null: none here.</summary>
    public LocalEnd? Behind(string veth) => _byVeth.GetValueOrDefault(veth);
}
