using Overlay.Lab.Nodes;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>A node that packets of some kind neither reach nor leave: silence, as a firewall's; nobody gets a reset.</summary>
/// <remarks>Owns the rules that do it.</remarks>
internal sealed class Severed : IDisposable
{
    private readonly LabNode _node;

    private Severed(LabNode node) => _node = node;

    /// <summary>Cuts a node off from the API server.</summary>
    public static Severed FromApiServer(LabNode node) => Of(node, ["tcp", "sport", "6443"], ["tcp", "dport", "6443"]);

    /// <summary>Cuts packets that nft describes so.</summary>
    public static Severed Of(LabNode node, string[] incoming, string[] outgoing)
    {
        node.Run("nft", "add", "table", "inet", "cut").Checked();
        foreach (var (hook, packets) in new[] { ("input", incoming), ("output", outgoing) })
        {
            node.Run("nft", "add", "chain", "inet", "cut", hook, $"{{ type filter hook {hook} priority -20; }}").Checked();
            node.Run("nft", ["add", "rule", "inet", "cut", hook, .. packets, "drop"]).Checked();
        }

        return new Severed(node);
    }

    /// <inheritdoc />
    public void Dispose() => _node.Run("nft", "delete", "table", "inet", "cut").Checked();
}
