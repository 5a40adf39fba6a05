using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>
/// What tells an agent that starts whether a table's chains are as they should be: a fingerprint of the text they were made from, and one of what the
/// kernel then said they are, kept in an ipset of ours that no rule asks. (iptables-save does not print what iptables-restore reads.) Pure.
/// </summary>
internal static class LoadPrint
{
    internal const string SetName = IpSet.Prefix + "about";
    internal const string SetType = "hash:ip family inet comment";

    /// <summary>A table's element: an address, since a set must hold something, with the fingerprints as comment.</summary>
    internal static IPAddress ElementOf(AddressFamily family, string table) =>
        new([0, 0, (byte)(family == AddressFamily.InterNetwork ? 4 : 6), table switch { "filter" => 1, "nat" => 2, "raw" => 3, _ => 4 }]);

    /// <summary>The fingerprints.</summary>
    internal static string Of(IptablesTable text, SavedTable kernel) => $"text {Short(text.Chains)} kernel {Short(kernel.Chains)}";

    private static string Short(IEnumerable<KeyValuePair<string, System.Collections.Immutable.ImmutableArray<string>>> chains)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (chain, rules) in chains.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{chain}\n{string.Join('\n', rules)}\n\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));
    }
}
