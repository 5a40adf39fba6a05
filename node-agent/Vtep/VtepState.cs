using Overlay.NodeAgent.Cluster;

namespace Overlay.NodeAgent.Vtep;

/// <summary>How the VTEP stands: written by its loop, read by CNI calls and probes.</summary>
internal sealed class VtepState
{
    private volatile string? _problem = "the agent is starting";
    private volatile NodeNetwork? _network;

    /// <summary>Why pods can not be added now; null when all is well.</summary>
    public string? Problem
    {
        get => _problem;
        set
        {
            _problem = value;
            WasUp |= value is null;
        }
    }

    /// <summary>Whether it was ever well since the agent started.</summary>
    public bool WasUp { get; private set; }

    /// <summary>What the cluster's objects mean for this node, as last put into the kernel.</summary>
    public NodeNetwork? Network
    {
        get => _network;
        set => _network = value;
    }

    /// <summary>The pods' and the VTEP's MTU in bytes.</summary>
    public int Mtu { get; set; }

    /// <summary>How often something was missing or changed and was repaired.</summary>
    public long Repairs { get; set; }
}
