using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Overlay.Api.Policies;

/// <summary>A port by its number, or by the name that the destination pod's containers give it (util/intstr IntOrString).</summary>
/// <param name="Number">The number, 1 to 65535; null when it is given by name.</param>
/// <param name="Name">The name; null when it is given by number.</param>
[JsonConverter(typeof(PortReferenceConverter))]
public sealed record PortReference(int? Number, string? Name)
{
    /// <summary>A port by number.</summary>
    /// <param name="number">1 to 65535.</param>
    public static implicit operator PortReference(int number) => FromInt32(number);

    /// <summary>A port by name.</summary>
    /// <param name="name">The name.</param>
    public static implicit operator PortReference(string name) => FromString(name);

    /// <summary>A port by number.</summary>
    /// <param name="number">1 to 65535.</param>
    public static PortReference FromInt32(int number) => new(number, null);

    /// <summary>A port by name.</summary>
    /// <param name="name">The name.</param>
    public static PortReference FromString(string name) => new(null, name);

    /// <summary>As JSON has it: <c>80</c> or <c>http</c>.</summary>
    public override string ToString() => Number?.ToString(CultureInfo.InvariantCulture) ?? Name ?? "";
}

/// <summary>A number or a string; anything else is kept as a name that nobody can have, for the policy's reader to complain about.</summary>
public sealed class PortReferenceConverter : JsonConverter<PortReference>
{
    /// <inheritdoc />
    public override PortReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                return reader.TryGetInt32(out var number) ? new PortReference(number, null) : new PortReference(int.MaxValue, null);
            case JsonTokenType.String:
                return new PortReference(null, reader.GetString());
            default:
                reader.Skip();
                return new PortReference(null, "");
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, PortReference value, JsonSerializerOptions options)
    {
        if (value.Number is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(value.Name);
        }
    }
}
