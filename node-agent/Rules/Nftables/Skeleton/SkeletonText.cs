using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Overlay.Api.Network;
using Overlay.Api.Wire;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>The table as nft reads it: the embedded skeleton with a state's settings filled in. Pure.</summary>
internal static class SkeletonText
{
    private static readonly Lazy<string> Template = new(() =>
        Read("skeleton.nft").Replace("@JUDGEMENTS@", JudgementText.Questions(Read("judgement.nft")) + "\n" + JudgementText.Answers(Read("judgement.nft")), StringComparison.Ordinal)
    );

    /// <summary>
    /// The text for these settings and pools, without elements that come and go. Equal texts make equal tables: the agent compares them.
    /// </summary>
    /// <param name="source">What it is made from.</param>
    internal static string Of(SkeletonSource source)
    {
        var settings = source.Settings;
        var text = new StringBuilder(Template.Value);
        text.Replace("@COPY_BITS@", CopyBits());
        text.Replace("@DENY@", settings.DenyAction == DenyAction.Drop ? Drop : Reject);
        TellingText.Fill(text, source);
        text.Replace("@MASQUERADE@", settings.Masquerade ? Masquerade(settings.Port) : "");
        text.Replace("@POOLS4@", Networks(source.Pools, AddressFamily.InterNetwork));
        text.Replace("@POOLS6@", Networks(source.Pools, AddressFamily.InterNetworkV6));
        text.Replace("@UNMASQUERADED4@", Networks([.. source.Pools, .. source.Unmasqueraded], AddressFamily.InterNetwork));
        text.Replace("@UNMASQUERADED6@", Networks([.. source.Pools, .. source.Unmasqueraded], AddressFamily.InterNetworkV6));
        text.Replace("@VTEP_GROUP@", InterfaceGroups.Vtep.ToString(CultureInfo.InvariantCulture));
        text.Replace("@VTEP@", settings.Vtep);
        text.Replace("@PODS@", settings.PodPrefix);
        text.Replace("@PORT@", settings.Port.ToString(CultureInfo.InvariantCulture));
        return text.ToString();
    }

    private const string Drop = "\t\tdrop";

    /// <summary>An invalid packet is dropped in silence: a reset for it could end a connection that is not denied.</summary>
    private const string Reject = """
        		ct state invalid drop
        		meta l4proto tcp reject with tcp reset
        		reject with icmpx admin-prohibited
        """;

    /// <summary>Our bits of a packet's mark that go into the connection's: tag, egress isolated, any pod.</summary>
    private static string CopyBits()
    {
        const uint copied = NodeMark.TagMask | NodeMark.EgressIsolated | NodeMark.AnyPod;
        var lines = Enumerable.Range(0, 32)
            .Select(bit => 1u << bit)
            .Where(bit => (copied & bit) != 0)
            .Select(bit => string.Create(CultureInfo.InvariantCulture, $"\t\tmeta mark & 0x{bit:x8} == 0x{bit:x8} ct mark set ct mark | 0x{bit:x8}"));
        return string.Join('\n', lines);
    }

    /// <summary>
    /// UDP is translated to source ports on the wider side of the VXLAN port only: a packet from our address and that port would look like
    /// VXLAN when it is answered.
    /// </summary>
    private static string Masquerade(ushort port)
    {
        var ports = port < 32768 ? $"{port + 1}-65535" : $"1024-{port - 1}";
        return $$"""

            	chain masquerade_leaving {
            		comment "what leaves the overlay does so with this node's address"
            		type nat hook postrouting priority srcnat; policy accept;
            		iifname != "@PODS@*" accept
            		oifname "@PODS@*" accept
            		oifname "@VTEP@" accept
            		ip daddr @unmasqueraded4 accept
            		ip6 daddr @unmasqueraded6 accept
            		meta l4proto udp masquerade to :{{ports}} comment "never from the VXLAN port"
            		masquerade
            	}

            """;
    }

    /// <summary>The elements of an interval set; networks within another are left out, since intervals must not overlap.</summary>
    private static string Networks(IEnumerable<IPNetwork> networks, AddressFamily family)
    {
        var sorted = networks
            .Where(network => network.BaseAddress.AddressFamily == family)
            .Distinct()
            .OrderBy(network => network.PrefixLength)
            .ThenBy(network => network.ToString(), StringComparer.Ordinal);
        var kept = new List<IPNetwork>();
        foreach (var network in sorted)
        {
            if (!kept.Any(wider => wider.Contains(network.BaseAddress)))
            {
                kept.Add(network);
            }
        }

        return kept.Count == 0 ? "" : $"\n\t\telements = {{ {string.Join(", ", kept)} }}";
    }

    private static string Read(string name)
    {
        var resource = $"Overlay.NodeAgent.Rules.Nftables.{name}";
        using var stream = typeof(SkeletonText).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource {resource} is missing from this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
