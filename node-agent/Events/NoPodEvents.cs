using Overlay.Kube.Core;

namespace Overlay.NodeAgent.Events;

/// <summary>Tells nobody: there is no API server.</summary>
internal sealed class NoPodEvents : IPodEvents
{
    /// <inheritdoc />
    public void TagUnknown(Pod pod) { }
}
