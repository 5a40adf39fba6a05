namespace Overlay.NodeAgent.Rules;

/// <summary>
/// The interface groups (IFLA_GROUP) that are ours on a node; all others are left to whoever uses them. 0, every device's default, means for a
/// veth: not judged yet, denied everything.
/// </summary>
public static class InterfaceGroups
{
    /// <summary>The VTEP's.</summary>
    public const uint Vtep = 65535;

    /// <summary>The lowest of a local workload. From here on 65,536 belong to pods' veths, so that one masked comparison tells a pod's.</summary>
    public const uint FirstWorkload = 0x00010000;

    /// <summary>The highest of a local workload.</summary>
    public const uint LastWorkload = 0x0001ffff;

    /// <summary>
    /// That of wires that are cut and wait for their removal, which takes all devices of the group at once. Not one of the above, and none that anybody would
    /// choose by hand: the letters <c>ovly</c>.
    /// </summary>
    public const uint Leaving = 0x6f766c79;

    /// <summary>Whether a group says which local workload's veth it is.</summary>
    /// <param name="group">The group.</param>
    public static bool IsWorkload(uint group) => group is >= FirstWorkload and <= LastWorkload;
}
