using Overlay.Netlink;
using Overlay.NodeAgent.Pods;

namespace Overlay.NodeAgent.Shaping;

/// <summary>The names of the ifb devices by which pods send: their veths', with another prefix.</summary>
internal static class IfbNames
{
    private const string Prefix = "ovi";

    /// <summary>The device of a veth.</summary>
    public static string Of(string veth) => Prefix + veth[VethNames.Prefix.Length..];

    /// <summary>The veth of a device.</summary>
    public static string VethOf(string ifb) => VethNames.Prefix + ifb[Prefix.Length..];

    /// <summary>Whether a device is one of these.</summary>
    public static bool IsOne(Link link) =>
        string.Equals(link.Kind, "ifb", StringComparison.Ordinal) && link.Name.StartsWith(Prefix, StringComparison.Ordinal) && VethNames.IsOne(VethOf(link.Name));
}
