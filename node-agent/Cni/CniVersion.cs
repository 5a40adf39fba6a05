using Overlay.Cni.Frames;

namespace Overlay.NodeAgent.Cni;

/// <summary>A version of the CNI spec that Overlay speaks. Ordered by age.</summary>
internal enum CniVersion
{
    /// <summary>0.3.1</summary>
    V0_3_1,

    /// <summary>0.4.0: CHECK.</summary>
    V0_4_0,

    /// <summary>1.0.0: addresses without a version field.</summary>
    V1_0_0,

    /// <summary>1.1.0: STATUS, GC, and the MTU of interfaces.</summary>
    V1_1_0,
}

/// <summary>How versions are written.</summary>
internal static class CniVersions
{
    private static readonly string[] Texts = ["0.3.1", "0.4.0", "1.0.0", "1.1.0"];

    /// <summary>The version as the spec writes it.</summary>
    public static string Text(this CniVersion version) => Texts[(int)version];

    /// <summary>Reads a version; error 1 when it is none of ours.</summary>
    public static CniVersion Parse(string text)
    {
        var index = Array.IndexOf(Texts, text);
        return index >= 0
            ? (CniVersion)index
            : throw new CniException(
                CniErrorCode.IncompatibleVersion,
                text.Length == 0 ? "the network configuration has no cniVersion" : $"cniVersion {text} is not supported",
                $"set cniVersion to one of {Meeting.SupportedVersions.Replace("\"", "", StringComparison.Ordinal)}"
            );
    }
}
