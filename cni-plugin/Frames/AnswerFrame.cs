using System.Buffers.Binary;

namespace Overlay.Cni.Frames;

/// <summary>What the agent answers: the plugin's exit code and the bytes it prints on stdout.</summary>
/// <remarks>
/// <code>
///  0        4            8           12
/// +--------+------------+-----------+---------------+
/// | "OVA1" | exit code  | stdout, B | stdout        |
/// +--------+------------+-----------+---------------+
/// </code>
/// When the plugin has printed everything it sends one byte, <see cref="Acknowledgement"/>, and closes. An ADD whose
/// connection closes without it did not reach the runtime: the agent undoes it.
/// This file is compiled into both the plugin and the agent.
/// </remarks>
internal static class AnswerFrame
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 12;

    /// <summary>The most bytes of stdout that the plugin takes.</summary>
    public const int MaxStdout = 2 * 1024 * 1024;

    /// <summary>The plugin's last byte (ASCII ACK): the answer is on stdout.</summary>
    public const byte Acknowledgement = 0x06;

    private static ReadOnlySpan<byte> Magic => "OVA1"u8;

    /// <summary>Builds one frame.</summary>
    /// <param name="exitCode">The plugin's exit code: 0, or 1 with an error object on stdout.</param>
    /// <param name="stdout">What the plugin prints; empty for a successful DEL, CHECK, STATUS or GC.</param>
    public static byte[] Build(int exitCode, ReadOnlySpan<byte> stdout)
    {
        var frame = new byte[HeaderLength + stdout.Length];
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(4), exitCode);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), (uint)stdout.Length);
        stdout.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    /// <summary>Reads the header; false when it is not ours or says more than the limit allows.</summary>
    /// <param name="header">The first <see cref="HeaderLength"/> bytes.</param>
    /// <param name="exitCode">The plugin's exit code.</param>
    /// <param name="stdout">Bytes of stdout that follow.</param>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, out int exitCode, out int stdout)
    {
        exitCode = stdout = 0;
        if (header.Length < HeaderLength || !header[..4].SequenceEqual(Magic))
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (length > MaxStdout)
            return false;
        exitCode = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        stdout = (int)length;
        return true;
    }
}
