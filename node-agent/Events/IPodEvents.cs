using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Events;

/// <summary>Tells a pod's user what happened to it.</summary>
internal interface IPodEvents
{
    /// <summary>The pod starts without its workload's tag.</summary>
    void TagUnknown(Pod pod);
}
