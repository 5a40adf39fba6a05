using System.Security.Cryptography;
using System.Text;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>
/// What tells whether the rules in the kernel are those the agent loaded: a fingerprint of the text that was loaded, and one of what the kernel
/// then said they are. Both are kept in the table itself (set <c>about</c>), so that an agent that starts needs no memory of its own.
/// </summary>
/// <param name="Text">Fingerprint of the text.</param>
/// <param name="Kernel">Fingerprint of chains, rules, sets and the skeleton's own elements as dumped after the load.</param>
internal sealed record SkeletonPrint(string Text, string Kernel)
{
    private static readonly NfValue Key = new KeyBuilder().Mark(1).Build();

    /// <summary>The fingerprint of a text.</summary>
    internal static string OfText(string text) => Short(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The fingerprint of what is in the kernel; null when there is no such table.</summary>
    internal static string? OfKernel(NfTablesSocket socket, TableName table)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var there = socket.Tables().FirstOrDefault(one => one.Name == table);
        if (there is null)
        {
            return null;
        }

        Say(hash, $"dormant {there.IsDormant}");
        // The kernel lists chains in the order of their making, which is not the text's where hooked ones stayed; rules of a chain are in theirs.
        foreach (var chain in socket.Chains(table).OrderBy(chain => chain.Name, StringComparer.Ordinal))
        {
            Say(hash, $"chain {chain.Name} {chain.Type} {chain.Hook} {chain.Priority} {chain.Policy}");
        }

        foreach (var rule in socket.Rules(table).OrderBy(rule => rule.Chain, StringComparer.Ordinal))
        {
            Say(hash, $"rule {rule.Chain} {rule.Comment}");
            hash.AppendData(rule.Expressions.Span);
        }

        foreach (var set in socket.Sets(table).OrderBy(set => set.Name, StringComparer.Ordinal))
        {
            Say(hash, $"set {set.Name} {set.Flags} {set.KeyType} {set.KeyLength} {set.ValueType} {set.ValueLength}");
            if (ElementSet.Fixed.Contains(set.Name))
            {
                foreach (var element in socket.Elements(table, set.Name).Select(element => element.ToString()).Order(StringComparer.Ordinal))
                {
                    Say(hash, element);
                }
            }
        }

        return Short(hash.GetHashAndReset());
    }

    /// <summary>What the table says of itself; null when it says nothing we understand.</summary>
    internal static SkeletonPrint? Read(NfTablesSocket socket, TableName table)
    {
        try
        {
            var said = socket.Elements(table, ElementSet.About.Name).FirstOrDefault(element => element.Key == Key)?.Comment?.Split(' ');
            return said is ["text", var text, "kernel", var kernel] ? new SkeletonPrint(text, kernel) : null;
        }
        catch (Overlay.Netlink.NetlinkException e) when (e.IsMissing)
        {
            return null;
        }
    }

    /// <summary>The element that says it.</summary>
    internal PlacedElement Element => new(ElementSet.About, new SetElement(Key) { Comment = $"text {Text} kernel {Kernel}" });

    private static void Say(IncrementalHash hash, string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));

    private static string Short(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, 12));
}
