using System.Globalization;

namespace Overlay.Netlink;

/// <summary>The number by which the kernel knows a network device inside its namespace.</summary>
/// <param name="Value">1 and up; 0 is no device.</param>
public readonly record struct LinkIndex(int Value)
{
    /// <summary>No device.</summary>
    public static readonly LinkIndex None = new(0);

    /// <summary>The loopback device: the first of every namespace.</summary>
    public static readonly LinkIndex Loopback = new(1);

    /// <summary>As <c>if5</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"if{Value}");
}
