using System.Globalization;
using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Exec;

/// <summary>
/// The messages of exec over WebSocket: the first byte of each binary message names its channel
/// (k8s.io/apimachinery, remotecommand: v4.channel.k8s.io; v5 adds 255, "this channel has ended").
/// </summary>
internal static class ExecChannels
{
    public const byte Input = 0, Output = 1, Errors = 2, Outcome = 3, Close = 255;

    /// <summary>The subprotocols spoken, the best first.</summary>
    public static readonly IReadOnlyList<string> Protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    /// <summary>A message.</summary>
    public static byte[] Message(byte channel, ReadOnlySpan<byte> bytes) => [channel, .. bytes];

    /// <summary>The last message: how the program ended.</summary>
    public static byte[] Ended(int exitCode) => Message(Outcome, System.Text.Encoding.UTF8.GetBytes(OutcomeOf(exitCode).ToJsonString()));

    /// <summary>The last message when the program could not be started.</summary>
    public static byte[] Failed(string why) => Message(
        Outcome,
        System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Failure", ["message"] = why, ["reason"] = "InternalError", ["code"] = 500 }.ToJsonString()));

    private static JsonObject OutcomeOf(int exitCode) => exitCode == 0
        ? new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" }
        : new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = string.Create(CultureInfo.InvariantCulture, $"command terminated with non-zero exit code: exit status {exitCode}"),
            ["reason"] = "NonZeroExitCode",
            ["details"] = new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = exitCode.ToString(CultureInfo.InvariantCulture) }),
            },
        };
}
