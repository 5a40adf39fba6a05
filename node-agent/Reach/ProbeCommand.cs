using System.Globalization;
using System.Net;

namespace Overlay.NodeAgent.Reach;

/// <summary><c>overlay-agent probe</c>: the two ends of the chart's tests and of <c>kubectl overlay check --connectivity</c>, in an image that is on every node already.</summary>
internal static class ProbeCommand
{
    private const int MostBytes = 1 << 20;

    /// <summary>Runs it.</summary>
    /// <param name="arguments"><c>serve</c> or <c>connect</c>, and the options.</param>
    /// <param name="say">Prints a line.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The exit code: 0 when what was expected came true, else 1.</returns>
    /// <exception cref="FormatException">An argument is unknown or has a bad value; the message names it.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Action<string> say, CancellationToken stop)
    {
        if (arguments is not ["serve" or "connect", ..])
            throw new FormatException("probe: say what, serve or connect");

        // Not from the environment: in a pod with Service variables OVERLAY_... may be anything.
        var given = new GivenOptions([.. arguments.Skip(1)], static _ => null);
        var port = given.Parse("port", text => ushort.Parse(text, CultureInfo.InvariantCulture), (ushort)8080);
        if (arguments[0] == "serve")
        {
            given.RefuseUnknown();
            await ProbeServing.RunAsync(port, say, stop);
            return 0;
        }

        var address = given.Parse("address", IPAddress.Parse, null) ?? throw new FormatException("probe connect: --address is missing");
        var expected = given.Parse("expect", text => Enum.Parse<Expectation>(text, ignoreCase: true), Expectation.Allowed);
        var within = given.Parse("within", text => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture)), TimeSpan.FromMinutes(1));
        var bytes = given.Parse("bytes", ParseBytes, 0);
        given.RefuseUnknown();
        return await new ProbeClient(new IPEndPoint(address, port), bytes, say).FindsAsync(expected, within, stop) ? 0 : 1;
    }

    private static int ParseBytes(string text)
    {
        var bytes = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        return bytes <= MostBytes ? bytes : throw new FormatException($"at most {MostBytes}");
    }
}
