using System.Net;

namespace Overlay.Lab.ApiServer.Cel;

/// <summary>A type as a value: what <c>type(self.port) == int</c> compares (cel-spec, "Type values").</summary>
internal sealed record CelType(string Name)
{
    private static readonly Dictionary<string, CelType> Types =
        new[] { "bool", "int", "double", "string", "bytes", "list", "map", "null_type", "type" }.ToDictionary(name => name, name => new CelType(name), StringComparer.Ordinal);

    /// <summary>The type that a name in an expression denotes; null: none.</summary>
    public static CelType? Named(string name) => Types.GetValueOrDefault(name);

    /// <summary>A value's type.</summary>
    public static CelType Of(object? value) => value switch
    {
        null => Types["null_type"],
        bool => Types["bool"],
        long => Types["int"],
        double => Types["double"],
        string => Types["string"],
        List<object?> => Types["list"],
        Dictionary<string, object?> => Types["map"],
        CelType => Types["type"],
        IPAddress => new CelType("net.IP"),
        CelCidr => new CelType("net.CIDR"),
        _ => throw new CelException($"no such overload: type of {value.GetType().Name}"),
    };
}
