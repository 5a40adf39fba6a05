using Overlay.Cni.Frames;
using Overlay.CniPlugin.Native;

namespace Overlay.CniPlugin;

/// <summary>This call's environment as bytes: taken from the kernel, never decoded, so that any bytes pass unchanged.</summary>
internal sealed unsafe class CallEnvironment
{
    private readonly byte[] _entries;

    private CallEnvironment(byte[] entries) => _entries = entries;

    /// <summary>Reads this process' environment; null when it cannot be read or is larger than 4 MiB.</summary>
    public static CallEnvironment? Read()
    {
        int file;
        fixed (byte* path = "/proc/self/environ\0"u8)
            file = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (file < 0)
            return null;
        var bytes = Descriptor.ReadToEnd(file, 4 * 1024 * 1024);
        _ = Libc.close(file);
        return bytes is null ? null : new CallEnvironment(bytes);
    }

    /// <summary>The value of a variable; empty when it is not set.</summary>
    public ReadOnlySpan<byte> this[ReadOnlySpan<byte> name]
    {
        get
        {
            for (ReadOnlySpan<byte> rest = _entries; !rest.IsEmpty;)
            {
                var entry = Next(ref rest);
                if (entry.Length > name.Length && entry[name.Length] == '=' && entry.StartsWith(name))
                    return entry[(name.Length + 1)..];
            }

            return default;
        }
    }

    /// <summary>The <c>CNI_</c> variables, each ended by NUL; null when they exceed the frame's limit.</summary>
    public byte[]? CniVariables()
    {
        var kept = new byte[_entries.Length + 1];
        var length = 0;
        for (ReadOnlySpan<byte> rest = _entries; !rest.IsEmpty;)
        {
            var entry = Next(ref rest);
            if (!entry.StartsWith("CNI_"u8))
                continue;
            entry.CopyTo(kept.AsSpan(length));
            length += entry.Length;
            kept[length++] = 0;
        }

        return length > RequestFrame.MaxEnvironment ? null : kept[..length];
    }

    private static ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)0);
        var entry = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return entry;
    }
}
