using System.Text;

namespace Overlay.NodeAgent.Addresses;

/// <summary>
/// FNV-1a, 64 bits (draft-eastlake-fnv): notices every changed bit and spreads short names well. Not for secrets: nobody gains by a
/// collision here.
/// </summary>
internal static class Fnv
{
    private const ulong Offset = 0xcbf29ce484222325;
    private const ulong Prime = 0x100000001b3;

    /// <summary>The hash of some texts, each with its end marked, so that moving a character from one to the next changes it.</summary>
    public static ulong Of(params ReadOnlySpan<string> texts)
    {
        var hash = Offset;
        foreach (var text in texts)
        {
            foreach (var b in Encoding.UTF8.GetBytes(text))
                hash = (hash ^ b) * Prime;
            hash = (hash ^ 0xff) * Prime; // 0xff never occurs in UTF-8
        }

        return hash;
    }
}
