using System.Globalization;
using System.Text;
using Overlay.Api.Network;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>
/// The rules that tell packets to the agent, where settings and policies ask for them. Where nobody asks there are none: the packet's way is then as long as it
/// would be without any of this. Pure.
/// </summary>
/// <remarks>
/// Each of them first takes from a rate of its own for (local workload, the other's tag, what is told), then from one for the whole node; what is above either
/// is not told, and costs two look-ups.
/// </remarks>
internal static class TellingText
{
    // The keys of set told; the last digit says what is told.
    private const string Arriving = "meta oifgroup . meta mark & 0xffff0000";
    private const string Answer = "meta iifgroup . meta mark & 0xffff0000 | 0x1";
    private const string Leaving = "meta iifgroup . meta mark & 0x0 | 0x2";
    private const string Spoofed = "meta iifgroup . meta mark & 0x0 | 0x3";
    private const string ArrivingAllowed = "meta oifgroup . meta mark & 0xffff0000 | 0x4";
    private const string LeavingAllowed = "meta iifgroup . meta mark & 0x0 | 0x5";

    /// <summary>What is told of an answer is its client; the packet ends here, its mark has no other use any more.</summary>
    private const string Client = "\t\tmeta mark set ct mark\n";

    private const string ToWatched = "meta oifgroup @watched_arriving ";
    private const string BySender = "meta oifgroup != @watched_arriving meta mark & 0xffff0000 @watched_senders ";
    private const string FromWatched = "meta iifgroup @watched_leaving ";
    private const string AnswerOfWatched = "meta iifgroup @watched_arriving ";

    /// <summary>Fills the places of the skeleton.</summary>
    internal static void Fill(StringBuilder text, SkeletonSource source)
    {
        var logging = source.Settings.Logging;
        var denied = logging.Denied;
        text.Replace("@TELL_DENIED@", Denied(Arriving, LogPrefix.DeniedArriving, ToWatched, BySender));
        text.Replace("@TELL_ANSWER@", denied == LoggedConnections.None ? "" : Client + Denied(Answer, LogPrefix.DeniedAnswer, AnswerOfWatched));
        text.Replace("@TELL_EXIT@", Denied(Leaving, LogPrefix.DeniedLeaving, FromWatched));
        text.Replace("@TELL_SPOOFED@", denied == LoggedConnections.All ? Denied(Spoofed, LogPrefix.Spoofed) : "");
        text.Replace("@TELL_ALLOWED@", source.TellsAllowed ? "\t\tct mark & 0x00000100 == 0x0 jump tell_allowed comment \"once a connection\"\n" : "");
        text.Replace("@LEFT@", source.TellsAllowed ? "goto leave_allowed" : "accept");
        text.Replace("@TELLING@", source.TellsAllowed ? Chains() : "");

        string Denied(string key, string prefix, params ReadOnlySpan<string> watched) => Rules(denied, watched, "", key, logging.DeniedPerSecond, prefix);

        string Allowed(string match, string key, string prefix, params ReadOnlySpan<string> watched) =>
            Rules(logging.Allowed == LoggedConnections.All ? LoggedConnections.All : LoggedConnections.Asked, watched, match, key, logging.AllowedPerSecond, prefix);

        string Chains() =>
            $$"""

            	chain tell_allowed {
            		comment "a connection to a pod here, when it is first allowed"
            {{Allowed("", ArrivingAllowed, LogPrefix.AllowedArriving, ToWatched, BySender)}}	}

            	chain leave_allowed {
            		comment "a connection out of the overlay, until it is answered"
            {{Allowed("ct state new ", LeavingAllowed, LogPrefix.AllowedLeaving, FromWatched)}}		accept
            	}

            """;
    }

    private static string Rules(LoggedConnections which, ReadOnlySpan<string> watched, string match, string key, int perSecond, string prefix)
    {
        var rules = new StringBuilder();
        foreach (var condition in which switch { LoggedConnections.All => [""], LoggedConnections.Asked => watched, _ => [] })
        {
            // The node's whole rate is the listener's protection: a hundred workloads could not make it work harder.
            rules.Append(
                CultureInfo.InvariantCulture,
                $"\t\t{condition}{match}update @told {{ {key} limit rate {perSecond}/second burst {Math.Max(5, perSecond)} packets }} limit rate 1000/second burst 500 packets log group {LogPrefix.Group} snaplen 128 queue-threshold 32 prefix \"{LogPrefix.Wide}{prefix}\"\n"
            );
        }

        return rules.ToString();
    }
}
