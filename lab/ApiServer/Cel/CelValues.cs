using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Cel;

/// <summary>A value that may be absent: <c>self.?field</c>.</summary>
internal sealed record CelOptional(object? Value, bool HasValue)
{
    public static CelOptional None { get; } = new(null, false);
}

/// <summary>A prefix with its address as written.</summary>
internal sealed record CelCidr(IPAddress Address, int Length)
{
    public IPNetwork Network { get; } = IPNetwork.Parse($"{Mask(Address, Length)}/{Length}");

    public override string ToString() => $"{Address}/{Length}";

    public static IPAddress Mask(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var bits = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - bits));
        }
        return new IPAddress(bytes);
    }
}

/// <summary>
/// CEL's values in C#: null, bool, long, double, string, lists as <see cref="List{T}"/>, maps as dictionaries, IP addresses, prefixes, optionals.
/// </summary>
internal static class CelValues
{
    public static object? From(JsonNode? node) => node switch
    {
        null => null,
        JsonObject map => map.ToDictionary(p => p.Key, p => From(p.Value), StringComparer.Ordinal),
        JsonArray list => list.Select(From).ToList(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String => node.AsText(),
            _ => long.TryParse(node.AsText(), CultureInfo.InvariantCulture, out var whole) ? (object)whole : double.Parse(node.AsText(), CultureInfo.InvariantCulture),
        },
    };

    /// <summary>Equality over types: numbers by value, lists and maps by their contents.</summary>
    public static bool Same(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (long x, double y) => x == y,
        (double x, long y) => x == y,
        (List<object?> x, List<object?> y) => x.Count == y.Count && x.Zip(y).All(p => Same(p.First, p.Second)),
        (Dictionary<string, object?> x, Dictionary<string, object?> y) => x.Count == y.Count && x.All(p => y.TryGetValue(p.Key, out var other) && Same(p.Value, other)),
        _ => Equals(a, b),
    };

    public static int Compare(object? a, object? b) => (a, b) switch
    {
        (long x, long y) => x.CompareTo(y),
        (double x, double y) => x.CompareTo(y),
        (long x, double y) => ((double)x).CompareTo(y),
        (double x, long y) => x.CompareTo((double)y),
        (string x, string y) => string.CompareOrdinal(x, y),
        (bool x, bool y) => x.CompareTo(y),
        _ => throw new CelException("no such overload"),
    };

    public static string Show(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
