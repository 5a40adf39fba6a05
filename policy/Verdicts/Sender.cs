using Overlay.Api.Wire;

namespace Overlay.Policy;

/// <summary>How a local pod's packets are marked at its veth.</summary>
/// <param name="Pod">The pod's UID.</param>
/// <param name="Workload">The local workload it belongs to (its destination group).</param>
/// <param name="Tag">The tag of its workload; <see cref="Overlay.Api.Wire.Tag.UnknownPod"/> while no tag matches its labels.</param>
/// <param name="EgressIsolated">
/// Whether its packets carry the flag: any policy that does not speak for every pod there is says anything of its egress, judged on its labels in full.
/// </param>
public readonly record struct Sender(string Pod, WorkloadKey Workload, Tag Tag, bool EgressIsolated)
{
    /// <summary>The mark its packets get (<see cref="NodeMark"/>).</summary>
    public uint Mark => NodeMark.Of(Tag, EgressIsolated);
}
