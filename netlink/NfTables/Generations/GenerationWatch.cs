using System.Runtime.CompilerServices;
using Overlay.Netlink.Monitors;
using Overlay.Netlink.NfTables.Generations;
using Overlay.Netlink.Sockets;

namespace Overlay.Netlink.NfTables;

/// <summary>
/// Tells of every commit to the rule set, whoever makes it, our own included (see <see cref="NfTablesSocket.IsOurs"/>). Open it before reading the rule set: nothing in between is missed.
/// </summary>
public sealed class GenerationWatch : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>NFNLGRP_NFTABLES.</summary>
    private const uint Group = 7;

    private readonly MulticastSocket socket;

    private GenerationWatch(MulticastSocket socket) => this.socket = socket;

    /// <summary>Begins to listen.</summary>
    /// <param name="inside">The namespace to listen in; null: this process' own.</param>
    public static GenerationWatch Open(NetworkNamespace? inside = null) =>
        new(MulticastSocket.Open(NetlinkSocket.ProtocolNetfilter, inside, BufferBytes, HearOnlyGenerations, Group));

    /// <summary>
    /// The commits, in order, until cancelled. One reader at a time. Null: some were lost, since they came faster than they were read.
    /// </summary>
    public async IAsyncEnumerable<Generation?> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lost = new Generation(0);
        await foreach (var generation in socket.ReadAsync(GenerationMessages.Parse, lost, cancellationToken).ConfigureAwait(false))
        {
            yield return ReferenceEquals(generation, lost) ? null : generation;
        }
    }

    /// <inheritdoc />
    public void Dispose() => socket.Dispose();

    /// <summary>
    /// The group carries a message for every element that is added, too: thousands for one commit. The kernel sends the generation in a datagram
    /// of its own, so a filter on the first message's type keeps the rest from waking us.
    /// </summary>
    private static void HearOnlyGenerations(NetlinkSocket netlink) => netlink.FilterByType(NfMessageType.NewGeneration);
}
