using System.Text.Json;
using System.Text.Json.Serialization;

namespace Overlay.Api.Json;

/// <summary>
/// Reads an enum by name; a name that is not among its values, or no string at all, becomes <see cref="LenientEnum.Unreadable{T}"/>, which <see cref="Enum.IsDefined{TEnum}"/> tells.
/// One object that says nonsense then costs a condition on that object, not the whole list that it came in.
/// </summary>
/// <typeparam name="T">The enum; its names are what JSON holds.</typeparam>
public sealed class LenientEnumConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    /// <inheritdoc />
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } text && char.IsAsciiLetter(text[0]) && Enum.TryParse<T>(text, out var value))
        {
            return value;
        }

        reader.Skip();
        return LenientEnum.Unreadable<T>();
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>What stands for a value of an enum that could not be read.</summary>
public static class LenientEnum
{
    /// <summary>-1, which is none of the enum's values.</summary>
    /// <typeparam name="T">The enum.</typeparam>
    public static T Unreadable<T>()
        where T : struct, Enum => (T)Enum.ToObject(typeof(T), -1);
}
