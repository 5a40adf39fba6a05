using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.Cel;

/// <summary>The functions that rules may call: CEL's standard ones and Kubernetes' for strings, lists, addresses and prefixes.</summary>
internal static class CelFunctions
{
    private delegate object? Function(object?[] arguments);

    // Keyed by name, whether it is called on a target, and the number of arguments with the target.
    private static readonly Dictionary<(string Name, bool Method, int Count), Function> All = new()
    {
        [("==", false, 2)] = a => CelValues.Same(a[0], a[1]),
        [("!=", false, 2)] = a => !CelValues.Same(a[0], a[1]),
        [("<", false, 2)] = a => CelValues.Compare(a[0], a[1]) < 0,
        [("<=", false, 2)] = a => CelValues.Compare(a[0], a[1]) <= 0,
        [(">", false, 2)] = a => CelValues.Compare(a[0], a[1]) > 0,
        [(">=", false, 2)] = a => CelValues.Compare(a[0], a[1]) >= 0,
        [("in", false, 2)] = a => In(a[0], a[1]),
        [("!", false, 1)] = a => a[0] is bool flag ? !flag : throw NoOverload("!_"),
        [("+", false, 2)] = a => Add(a[0], a[1]),
        [("-", false, 2)] = a => Arithmetic(a, "-", (x, y) => checked(x - y), (x, y) => x - y),
        [("*", false, 2)] = a => Arithmetic(a, "*", (x, y) => checked(x * y), (x, y) => x * y),
        [("/", false, 2)] = a => Arithmetic(a, "/", (x, y) => y == 0 ? throw new CelException("division by zero") : x / y, (x, y) => x / y),
        [("%", false, 2)] = a => Arithmetic(a, "%", (x, y) => y == 0 ? throw new CelException("modulus by zero") : x % y, (x, y) => throw NoOverload("%")),
        [("negate", false, 1)] = a => a[0] switch { long x => (object)-x, double x => -x, _ => throw NoOverload("-_") },

        [("size", false, 1)] = a => Size(a[0]),
        [("size", true, 1)] = a => Size(a[0]),
        [("dyn", false, 1)] = a => a[0],
        [("type", false, 1)] = a => CelType.Of(a[0]),
        [("string", false, 1)] = a => CelValues.Show(a[0]),
        [("int", false, 1)] = a => a[0] switch
        {
            long x => x,
            double x => (long)x,
            string x when long.TryParse(x, CultureInfo.InvariantCulture, out var whole) => whole,
            _ => throw new CelException("type conversion error to 'int'"),
        },
        [("double", false, 1)] = a => a[0] switch
        {
            long x => (double)x,
            double x => x,
            string x when double.TryParse(x, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw new CelException("type conversion error to 'double'"),
        },
        [("bool", false, 1)] = a => a[0] switch { bool x => x, "true" => true, "false" => false, _ => throw new CelException("type conversion error to 'bool'") },

        [("matches", true, 2)] = a => Patterns.IsMatch(Text(a[1]), Text(a[0])),
        [("startsWith", true, 2)] = a => Text(a[0]).StartsWith(Text(a[1]), StringComparison.Ordinal),
        [("endsWith", true, 2)] = a => Text(a[0]).EndsWith(Text(a[1]), StringComparison.Ordinal),
        [("contains", true, 2)] = a => Text(a[0]).Contains(Text(a[1]), StringComparison.Ordinal),
        [("split", true, 2)] = a => Text(a[0]).Split(Text(a[1])).Cast<object?>().ToList(),
        [("join", true, 1)] = a => string.Concat(Items(a[0]).Select(Text)),
        [("join", true, 2)] = a => string.Join(Text(a[1]), Items(a[0]).Select(Text)),
        [("lowerAscii", true, 1)] = a => Text(a[0]).ToLowerInvariant(),
        [("upperAscii", true, 1)] = a => Text(a[0]).ToUpperInvariant(),
        [("trim", true, 1)] = a => Text(a[0]).Trim(),
        [("replace", true, 3)] = a => Text(a[0]).Replace(Text(a[1]), Text(a[2]), StringComparison.Ordinal),
        [("replace", true, 4)] = a => Replace(Text(a[0]), Text(a[1]), Text(a[2]), Whole(a[3])),
        [("split", true, 3)] = a => Whole(a[2]) == 0 ? new List<object?>() : Text(a[0]).Split(Text(a[1]), Whole(a[2]) < 0 ? int.MaxValue : (int)Whole(a[2])).Cast<object?>().ToList(),
        [("lastIndexOf", true, 2)] = a => a[0] is string text ? (long)text.LastIndexOf(Text(a[1]), StringComparison.Ordinal) : Items(a[0]).FindLastIndex(i => CelValues.Same(i, a[1])),
        [("substring", true, 2)] = a => Substring(Text(a[0]), Whole(a[1]), Text(a[0]).Length),
        [("substring", true, 3)] = a => Substring(Text(a[0]), Whole(a[1]), Whole(a[2])),
        [("indexOf", true, 2)] = a => a[0] is string text ? (long)text.IndexOf(Text(a[1]), StringComparison.Ordinal) : Items(a[0]).FindIndex(i => CelValues.Same(i, a[1])),
        [("charAt", true, 2)] = a => Substring(Text(a[0]), Whole(a[1]), Whole(a[1]) + 1),
        [("find", true, 2)] = a => Patterns.Get(Text(a[1])).Match(Text(a[0])).Value,

        [("isSorted", true, 1)] = a => Items(a[0]).Zip(Items(a[0]).Skip(1)).All(p => CelValues.Compare(p.First, p.Second) <= 0),
        [("sum", true, 1)] = a => Items(a[0]).Aggregate((object?)0L, Add),
        [("min", true, 1)] = a => Items(a[0]).Aggregate((x, y) => CelValues.Compare(x, y) <= 0 ? x : y),
        [("max", true, 1)] = a => Items(a[0]).Aggregate((x, y) => CelValues.Compare(x, y) >= 0 ? x : y),

        [("isIP", false, 1)] = a => Formats.Ip(Text(a[0])) is not null,
        [("ip", false, 1)] = a => ParseIp(Text(a[0])),
        [("family", true, 1)] = a => Address(a[0]).AddressFamily == AddressFamily.InterNetwork ? 4L : 6L,
        [("isUnspecified", true, 1)] = a => Address(a[0]).Equals(IPAddress.Any) || Address(a[0]).Equals(IPAddress.IPv6Any),
        [("isLoopback", true, 1)] = a => IPAddress.IsLoopback(Address(a[0])),
        [("isCIDR", false, 1)] = a => Formats.Cidr(Text(a[0])) is not null,
        [("cidr", false, 1)] = a => ParseCidr(Text(a[0])),
        [("ip", true, 1)] = a => Cidr(a[0]).Address,
        [("prefixLength", true, 1)] = a => (long)Cidr(a[0]).Length,
        [("masked", true, 1)] = a => new CelCidr(CelCidr.Mask(Cidr(a[0]).Address, Cidr(a[0]).Length), Cidr(a[0]).Length),
        [("containsIP", true, 2)] = a => Cidr(a[0]).Network.Contains(a[1] as IPAddress ?? ParseIp(Text(a[1]))),
        [("containsCIDR", true, 2)] = a => ContainsCidr(Cidr(a[0]), a[1] as CelCidr ?? ParseCidr(Text(a[1]))),

        [("hasValue", true, 1)] = a => Optional(a[0]).HasValue,
        [("value", true, 1)] = a => Optional(a[0]) is { HasValue: true } optional ? optional.Value : throw new CelException("optional.none() dereference"),
        [("orValue", true, 2)] = a => Optional(a[0]) is { HasValue: true } optional ? optional.Value : a[1],
    };

    public static bool Exists(string name, bool method, int arguments) => All.ContainsKey((name, method, arguments + (method ? 1 : 0)));

    public static object? Call(string name, bool method, object?[] arguments)
    {
        try
        {
            return All[(name, method, arguments.Length)](arguments);
        }
        catch (OverflowException)
        {
            throw new CelException("integer overflow");
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new CelException(e.Message);
        }
    }

    private static bool In(object? item, object? container) => container switch
    {
        List<object?> list => list.Any(i => CelValues.Same(i, item)),
        Dictionary<string, object?> map => item is string key && map.ContainsKey(key),
        _ => throw NoOverload("@in"),
    };

    private static object? Add(object? a, object? b) => (a, b) switch
    {
        (string x, string y) => x + y,
        (List<object?> x, List<object?> y) => x.Concat(y).ToList(),
        _ => Arithmetic([a, b], "+", (x, y) => checked(x + y), (x, y) => x + y),
    };

    private static object Arithmetic(object?[] a, string name, Func<long, long, long> whole, Func<double, double, double> real) => (a[0], a[1]) switch
    {
        (long x, long y) => (object)whole(x, y),
        (double x, double y) => real(x, y),
        (long x, double y) => real(x, y),
        (double x, long y) => real(x, y),
        _ => throw NoOverload($"_{name}_"),
    };

    private static long Size(object? value) => value switch
    {
        string text => text.EnumerateRunes().Count(),
        List<object?> list => list.Count,
        Dictionary<string, object?> map => map.Count,
        _ => throw NoOverload("size"),
    };

    private static string Substring(string text, long start, long end) =>
        start >= 0 && end >= start && end <= text.Length ? text[(int)start..(int)end] : throw new CelException($"index out of range: {start}");

    /// <summary>Replaces the first <paramref name="limit"/> occurrences; a negative limit means all.</summary>
    private static string Replace(string text, string old, string with, long limit)
    {
        var from = 0;
        for (var left = limit; left != 0 && text.IndexOf(old, from, StringComparison.Ordinal) is >= 0 and var at && old.Length > 0; left--)
        {
            text = string.Concat(text.AsSpan(0, at), with, text.AsSpan(at + old.Length));
            from = at + with.Length;
        }
        return text;
    }

    private static bool ContainsCidr(CelCidr outer, CelCidr inner) =>
        outer.Address.AddressFamily == inner.Address.AddressFamily && outer.Length <= inner.Length && outer.Network.Contains(inner.Address);

    private static IPAddress ParseIp(string text) => Formats.Ip(text) ?? throw new CelException($"IP Address \"{text}\" parse error during conversion from string");

    private static CelCidr ParseCidr(string text) =>
        Formats.Cidr(text) is { } parsed ? new CelCidr(parsed.Address, parsed.PrefixLength) : throw new CelException($"network address parse error during conversion from string: {text}");

    private static string Text(object? value) => value as string ?? throw NoOverload("string");

    private static long Whole(object? value) => value is long number ? number : throw NoOverload("int");

    private static List<object?> Items(object? value) => value as List<object?> ?? throw NoOverload("list");

    private static IPAddress Address(object? value) => value as IPAddress ?? throw NoOverload("ip");

    private static CelCidr Cidr(object? value) => value as CelCidr ?? throw NoOverload("cidr");

    private static CelOptional Optional(object? value) => value as CelOptional ?? throw NoOverload("optional");

    private static CelException NoOverload(string what) => new($"no such overload: {what}");
}
