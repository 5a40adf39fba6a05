using System.Runtime.InteropServices;

namespace Overlay.CniPlugin.Native;

/// <summary>Whole reads and writes on a file descriptor.</summary>
internal static unsafe class Descriptor
{
    /// <summary>Reads to the end; null when reading fails or there are more than <paramref name="limit"/> bytes.</summary>
    public static byte[]? ReadToEnd(int descriptor, int limit)
    {
        var buffer = new byte[Math.Min(limit + 1, 16 * 1024)];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length > limit)
                    return null;
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limit + 1));
            }

            nint got;
            fixed (byte* at = &buffer[length])
                got = Libc.read(descriptor, at, (nuint)(buffer.Length - length));
            if (got == 0)
                return length > limit ? null : buffer[..length];
            if (got > 0)
                length += (int)got;
            else if (Marshal.GetLastPInvokeError() != Libc.EINTR)
                return null;
        }
    }

    /// <summary>Writes everything; false when that fails.</summary>
    public static bool WriteAll(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint put;
            fixed (byte* at = bytes)
                put = Libc.write(descriptor, at, (nuint)bytes.Length);
            if (put > 0)
                bytes = bytes[(int)put..];
            else if (put == 0 || Marshal.GetLastPInvokeError() != Libc.EINTR)
                return false;
        }

        return true;
    }
}
