using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>Elements as nft reads them, for the one transaction that replaces the whole table. Pure.</summary>
internal static class ElementText
{
    /// <summary><c>add element</c> commands, one a set.</summary>
    internal static string Of(string table, IEnumerable<PlacedElement> elements)
    {
        var text = new StringBuilder();
        foreach (var set in elements.GroupBy(element => element.Set))
        {
            text.Append(CultureInfo.InvariantCulture, $"add element {table} {set.Key.Name} {{\n");
            foreach (var element in set)
            {
                text.Append('\t').Append(Of(set.Key, element.Element)).Append(",\n");
            }

            text.Append("}\n");
        }

        return text.ToString();
    }

    /// <summary>One element, as <c>10001 . 0x002a0000 . 6 . 80 comment "shop/front ingress[0]"</c>.</summary>
    internal static string Of(ElementSet set, SetElement element)
    {
        var first = Components(set.Key, element.Key);
        var last = element.KeyEnd is { } end ? Components(set.Key, end) : first;
        var key = string.Join(" . ", first.Zip(last, (from, to) => from == to ? from : $"{from}-{to}"));
        var comment = element.Comment is null ? "" : $" comment \"{element.Comment}\"";
        var value = element.Value is { } given ? $" : {string.Join(" . ", Components(set.Value, given))}" : "";
        return key + comment + value;
    }

    private static List<string> Components(ImmutableArray<Field> fields, NfValue value)
    {
        var rest = value.Bytes;
        var texts = new List<string>();
        foreach (var field in fields)
        {
            var size = SizeOf(field);
            texts.Add(Component(field, rest[..size]));
            rest = rest[Math.Min((size + 3) & ~3, rest.Length)..];
        }

        return texts;
    }

    private static int SizeOf(Field field) =>
        field switch
        {
            Field.InterfaceName or Field.IPv6 => 16,
            Field.Ethernet => 6,
            Field.Protocol or Field.Family => 1,
            Field.Port => 2,
            _ => 4,
        };

    private static string Component(Field field, ReadOnlySpan<byte> bytes) =>
        field switch
        {
            Field.InterfaceName => $"\"{Encoding.UTF8.GetString(bytes.TrimEnd((byte)0))}\"",
            Field.Ethernet => string.Join(':', bytes.ToArray().Select(part => part.ToString("x2", CultureInfo.InvariantCulture))),
            Field.IPv4 or Field.IPv6 => new IPAddress(bytes).ToString(),
            Field.Mark => string.Create(CultureInfo.InvariantCulture, $"0x{MemoryMarshal.Read<uint>(bytes):x8}"),
            Field.Group => MemoryMarshal.Read<uint>(bytes).ToString(CultureInfo.InvariantCulture),
            Field.Protocol or Field.Family => bytes[0].ToString(CultureInfo.InvariantCulture),
            Field.Port => BinaryPrimitives.ReadUInt16BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, "A component nft has no text for here."),
        };
}
