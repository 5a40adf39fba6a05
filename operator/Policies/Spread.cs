using System.Globalization;
using Overlay.Api.Policies;
using Overlay.Operator.Agents;

namespace Overlay.Operator.Policies;

/// <summary>How far the present generation of a policy has spread. Pure.</summary>
/// <remarks>
/// Agents tell in the Leases that they renew anyway; nothing is written for each node. The status changes twice for a generation: when it is first seen, and when
/// it is in force everywhere. (The status' own writes raise the policy's resourceVersion, so the one that brought in the generation is kept.)
/// </remarks>
internal static class Spread
{
    /// <summary>Leases are renewed every few seconds ...</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>... and a node that has not told by this time is not likely to tell soon: it is looked for at this interval.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>What the status shall say.</summary>
    public static PolicyInForce Of(OverlayPolicy policy, AgentReports agents, DateTimeOffset now)
    {
        var generation = policy.Metadata.Generation ?? 0;
        var known = policy.Status?.InForce is { } said && said.Generation == generation ? said : null;
        var version = known?.ResourceVersion ?? policy.Metadata.ResourceVersion ?? "";
        var (nodes, after) = agents.InForce(OverlayPolicy.Definition.Plural, version);
        var everywhere = nodes == agents.Count;
        return new PolicyInForce
        {
            Generation = generation,
            ResourceVersion = version,
            Since = known?.Since ?? Seconds(now),
            Nodes = known is null || everywhere ? Text(everywhere ? nodes : 0, agents.Count) : known.Nodes,
            AfterMilliseconds = IsEverywhere(known) ? known!.AfterMilliseconds : everywhere ? after : null,
        };
    }

    /// <summary>While it is not in force everywhere: soon, and later not so often.</summary>
    public static TimeSpan? LookAgain(OverlayPolicy policy, DateTimeOffset now) =>
        policy.Status?.InForce is not { } said ? Soon
        : IsEverywhere(said) ? null
        : now - said.Since < Patience ? Soon
        : Patience;

    /// <summary>Kubernetes' times have whole seconds.</summary>
    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private static bool IsEverywhere(PolicyInForce? said) => said?.Nodes.Split('/') is [var nodes, var all] && nodes == all;

    private static string Text(int nodes, int all) => string.Create(CultureInfo.InvariantCulture, $"{nodes}/{all}");
}
