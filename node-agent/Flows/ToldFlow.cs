using Overlay.Api.Flows;
using Overlay.Policy;

namespace Overlay.NodeAgent.Flows;

/// <summary>A flow that is to be told.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Subject">The local pod that it is counted for.</param>
internal sealed record ToldFlow(Flow Flow, LocalEnd Subject)
{
    /// <summary>What an audit says of it; null: it is no audit's.</summary>
    public Explanation? Audited { get; init; }
}
