namespace Overlay.Netlink.NfTables;

/// <summary>Bytes as nf_tables holds them in its registers: a set's key, a map's value. Equal if the bytes are.</summary>
public readonly struct NfValue : IEquatable<NfValue>
{
    private readonly byte[]? bytes;

    /// <summary>Takes a copy.</summary>
    public NfValue(ReadOnlySpan<byte> bytes) => this.bytes = bytes.ToArray();

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>How many bytes.</summary>
    public int Length => bytes?.Length ?? 0;

    /// <inheritdoc />
    public bool Equals(NfValue other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is NfValue other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>The bytes in hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    /// <summary>Whether the bytes are equal.</summary>
    public static bool operator ==(NfValue left, NfValue right) => left.Equals(right);

    /// <summary>Whether the bytes differ.</summary>
    public static bool operator !=(NfValue left, NfValue right) => !left.Equals(right);
}
