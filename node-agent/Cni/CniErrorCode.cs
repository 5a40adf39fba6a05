namespace Overlay.NodeAgent.Cni;

/// <summary>Error codes of the CNI spec; from 100 they are Overlay's own.</summary>
internal enum CniErrorCode
{
    /// <summary>The asked spec version is not one of ours.</summary>
    IncompatibleVersion = 1,

    /// <summary>The configuration has a field that Overlay can not honour.</summary>
    UnsupportedField = 2,

    /// <summary>There is no such container, and so nothing to check.</summary>
    UnknownContainer = 3,

    /// <summary>An environment variable is missing or wrong.</summary>
    BadEnvironment = 4,

    /// <summary>Reading or writing failed (disk, kernel).</summary>
    InputOutput = 5,

    /// <summary>The configuration is not JSON.</summary>
    Undecodable = 6,

    /// <summary>The configuration is JSON and wrong.</summary>
    BadConfiguration = 7,

    /// <summary>CNI_NETNS is not a network namespace that a pod could live in.</summary>
    BadNamespace = 8,

    /// <summary>Not now; the same call may succeed later.</summary>
    TryAgainLater = 11,

    /// <summary>STATUS: pods can not be added now.</summary>
    NotReady = 50,

    /// <summary>STATUS: pods can not be added, and those that exist may lack connections.</summary>
    NotReadyImpaired = 51,

    /// <summary>The interface is there already.</summary>
    AlreadyAttached = 100,

    /// <summary>CHECK found the kernel's state different from what ADD made.</summary>
    Drifted = 101,

    /// <summary>A port of the node that the pod asks for belongs to another.</summary>
    HostPortTaken = 102,
}
