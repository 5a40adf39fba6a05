namespace Overlay.NodeAgent.Cni;

/// <summary>What a runtime asks for (CNI_COMMAND).</summary>
internal enum CniCommand
{
    /// <summary>Attach a container.</summary>
    Add,

    /// <summary>Detach it; succeeds when there is nothing to detach.</summary>
    Del,

    /// <summary>Is it still attached as ADD left it?</summary>
    Check,

    /// <summary>Could an ADD succeed now?</summary>
    Status,

    /// <summary>Detach everything that is not in the given list.</summary>
    Gc,

    /// <summary>Which spec versions are spoken.</summary>
    Version,
}
