using System.Buffers;
using System.Globalization;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Cni;

namespace Overlay.NodeAgent.Pods;

/// <summary>The names of the veths' host ends. Rules match them as <c>ovp*</c>.</summary>
internal static class VethNames
{
    /// <summary>What they all begin with. (The VTEP begins with <c>ov</c> too, but not with this.)</summary>
    public const string Prefix = "ovp";

    private const int Digits = 11;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The host end's name: the prefix and 44 bits of a hash of the attachment, so that DEL finds it without our records.</summary>
    public static string Of(AttachmentKey key)
    {
        var hash = Fnv.Of(key.Network, key.ContainerId, key.InterfaceName);
        return Prefix + ((hash >> 44) ^ (hash & 0xfff_ffff_ffff)).ToString("x11", CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a name looks like one of these.</summary>
    public static bool IsOne(string name) =>
        name.Length == Prefix.Length + Digits
        && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.AsSpan(Prefix.Length).IndexOfAnyExcept(HexDigits) < 0;
}
