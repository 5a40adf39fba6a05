using System.Globalization;
using System.Text.Json;
using Overlay.Kube.Entities;

namespace Overlay.Kube.Exec;

/// <summary>
/// What comes back from pods/exec over WebSocket: the first byte of a message names its channel, 1 stdout, 2 stderr, 3 a Status that tells how the
/// program ended (k8s.io/apimachinery, remotecommand: v4.channel.k8s.io and v5, which for what we receive is the same). Pure.
/// </summary>
internal static class ExecMessages
{
    /// <summary>The subprotocols spoken, the best first.</summary>
    public static readonly IReadOnlyList<string> Protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    /// <summary>Channels.</summary>
    public const byte Output = 1, Errors = 2, Outcome = 3;

    /// <summary>The exit code that a Status tells; null when the program did not run to its end.</summary>
    /// <exception cref="JsonException">It is no Status.</exception>
    public static (int? ExitCode, Status Status) ReadOutcome(ReadOnlySpan<byte> json)
    {
        var status = JsonSerializer.Deserialize(json, WireJson.Default.Status) ?? throw new JsonException("null");
        if (status.Outcome is "Success")
            return (0, status);
        var code = status.Reason is "NonZeroExitCode" ? status.Details?.Causes?.FirstOrDefault(cause => cause.Reason is "ExitCode")?.Message : null;
        return (int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null, status);
    }
}
