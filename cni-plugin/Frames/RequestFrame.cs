using System.Buffers.Binary;

namespace Overlay.Cni.Frames;

/// <summary>What the plugin sends to the agent, and what a tombstone file holds: one CNI call, unparsed.</summary>
/// <remarks>
/// <code>
///  0        4                 8             12
/// +--------+-----------------+-------------+-------------------------------+------------+
/// | "OVC1" | environment, B  | stdin, B    | CNI_A=x \0 CNI_B=y \0 ...     | stdin raw  |
/// +--------+-----------------+-------------+-------------------------------+------------+
/// </code>
/// Numbers are unsigned, little endian. Only variables whose names begin with <c>CNI_</c> travel. With the first byte travels, open, the folder that CNI_NETNS
/// is in (SCM_RIGHTS): the agent may be in a container, where the runtime's later mounts are not seen.
/// This file is compiled into both the plugin and the agent.
/// </remarks>
internal static class RequestFrame
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 12;

    /// <summary>The most bytes of environment that either side takes: CNI_ARGS and paths are short.</summary>
    public const int MaxEnvironment = 64 * 1024;

    /// <summary>The most bytes of stdin that either side takes: a GC call of a node with 1,000 pods needs about 150 KiB.</summary>
    public const int MaxStdin = 1024 * 1024;

    private static ReadOnlySpan<byte> Magic => "OVC1"u8;

    /// <summary>Builds one frame.</summary>
    /// <param name="environment">NUL-terminated <c>NAME=value</c> entries.</param>
    /// <param name="stdin">The network configuration as the runtime wrote it.</param>
    public static byte[] Build(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> stdin)
    {
        var frame = new byte[HeaderLength + environment.Length + stdin.Length];
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), (uint)environment.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), (uint)stdin.Length);
        environment.CopyTo(frame.AsSpan(HeaderLength));
        stdin.CopyTo(frame.AsSpan(HeaderLength + environment.Length));
        return frame;
    }

    /// <summary>Reads the header; false when it is not ours or says more than the limits allow.</summary>
    /// <param name="header">The first <see cref="HeaderLength"/> bytes.</param>
    /// <param name="environment">Bytes of environment that follow.</param>
    /// <param name="stdin">Bytes of stdin after that.</param>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, out int environment, out int stdin)
    {
        environment = stdin = 0;
        if (header.Length < HeaderLength || !header[..4].SequenceEqual(Magic))
            return false;
        var first = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var second = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (first > MaxEnvironment || second > MaxStdin)
            return false;
        (environment, stdin) = ((int)first, (int)second);
        return true;
    }
}
