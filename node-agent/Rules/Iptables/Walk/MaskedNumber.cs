using System.Globalization;

namespace Overlay.NodeAgent.Rules.Iptables.Walk;

/// <summary>A number of which some bits count, as <c>0x10/0x1fff</c>. Pure.</summary>
/// <param name="Value">The number.</param>
/// <param name="Mask">The bits that count.</param>
internal readonly record struct MaskedNumber(uint Value, uint Mask)
{
    /// <summary>Reads one; without a mask all bits count. Null: it is none.</summary>
    internal static MaskedNumber? Of(string text) =>
        text.Split('/') switch
        {
            [var value] when Number(value) is { } number => new MaskedNumber(number, uint.MaxValue),
            [var value, var mask] when Number(value) is { } number && Number(mask) is { } bits => new MaskedNumber(number, bits),
            _ => null,
        };

    /// <summary>Whether a number has these bits.</summary>
    internal bool Matches(uint number) => (number & Mask) == Value;

    /// <summary>A number with these bits put into it, as <c>--set-xmark</c> does.</summary>
    internal uint Into(uint number) => (number & ~Mask) ^ Value;

    private static uint? Number(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
