namespace Overlay.NodeAgent.Reach;

/// <summary>
/// Sends more than fits one packet and compares what comes back. TCP fills packets up to what both ends' devices take (RFC 9293, 3.7.1), so where the way
/// between them takes less, a greeting comes through and this stalls.
/// </summary>
/// <param name="stream">The connection, whose server greets with a line and then sends back what it gets.</param>
/// <param name="bytes">How much to send.</param>
internal sealed class RoundTrip(Stream stream, int bytes)
{
    /// <summary>Whether the server has greeted.</summary>
    public bool Greeted { get; private set; }

    /// <summary>How many bytes have come back.</summary>
    public int Returned { get; private set; }

    /// <summary>Makes it.</summary>
    /// <returns>Null: all came back as it was sent; else what did not.</returns>
    public async Task<string?> MakeAsync(CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        var sending = Task.CompletedTask;
        while (await stream.ReadAsync(buffer, stop) is var length and > 0)
        {
            var got = buffer.AsMemory(0, length);
            if (!Greeted)
            {
                var end = got.Span.IndexOf((byte)'\n');
                if (end < 0)
                    continue;
                Greeted = true;
                got = got[(end + 1)..];
                sending = SendAsync(stop);
            }

            foreach (var value in got.Span)
            {
                if (value != At(Returned))
                    return $"byte {Returned} of {bytes} came back changed";
                Returned++;
            }

            if (Returned >= bytes)
            {
                await sending;
                return null;
            }
        }

        return Greeted ? $"it closed after {Returned} of {bytes} bytes" : "it closed without a greeting";
    }

    private static byte At(int position) => (byte)(position % 251);

    private async Task SendAsync(CancellationToken stop)
    {
        var data = new byte[bytes];
        for (var i = 0; i < bytes; i++)
            data[i] = At(i);
        await stream.WriteAsync(data, stop);
    }
}
