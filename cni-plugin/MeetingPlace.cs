using System.Text;
using Overlay.Cni.Frames;

namespace Overlay.CniPlugin;

/// <summary>
/// Where this node's agent is met: as the environment says (machines that play several nodes), else as the network configuration does (the agent writes it
/// there when its paths are not the usual ones), else in the usual place.
/// </summary>
internal static class MeetingPlace
{
    /// <summary>The agent's socket.</summary>
    public static ReadOnlySpan<byte> Socket(CallEnvironment environment, ReadOnlySpan<byte> configuration) =>
        First(environment[Encoding.ASCII.GetBytes(Meeting.SocketVariable)], TopLevelText.Find(configuration, Encoding.ASCII.GetBytes(Meeting.SocketKey)), Meeting.DefaultSocket);

    /// <summary>The directory for DELs that found no agent.</summary>
    public static ReadOnlySpan<byte> Tombstones(CallEnvironment environment, ReadOnlySpan<byte> configuration) =>
        First(environment[Encoding.ASCII.GetBytes(Meeting.TombstonesVariable)], TopLevelText.Find(configuration, Encoding.ASCII.GetBytes(Meeting.TombstonesKey)), Meeting.DefaultTombstones);

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> configuration, string otherwise) =>
        !environment.IsEmpty ? environment
        : configuration is [(byte)'/', ..] && !configuration.Contains((byte)'\\') ? configuration
        : Encoding.ASCII.GetBytes(otherwise);
}
