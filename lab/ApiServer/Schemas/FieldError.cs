using System.Text.Json;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>What is wrong with one field, in the words of the real server: clients match on reasons, people on messages.</summary>
/// <param name="Path">As <c>spec.pools[0].cidr</c>.</param>
/// <param name="Reason">FieldValueInvalid, FieldValueRequired, ...</param>
/// <param name="Detail">The message without the path.</param>
internal sealed record FieldError(string Path, string Reason, string Detail)
{
    public static FieldError Invalid(string path, JsonNode? value, string why) => new(path, "FieldValueInvalid", $"Invalid value: {Show(value)}: {why}");

    public static FieldError TypeInvalid(string path, string shown, string why) => new(path, "FieldValueTypeInvalid", $"Invalid value: {shown}: {why}");

    public static FieldError Required(string path, string why = "") => new(path, "FieldValueRequired", why.Length == 0 ? "Required value" : $"Required value: {why}");

    public static FieldError Forbidden(string path, string why) => new(path, "FieldValueForbidden", $"Forbidden: {why}");

    public static FieldError Duplicate(string path, JsonNode? value) => new(path, "FieldValueDuplicate", $"Duplicate value: {Show(value)}");

    public static FieldError TooLong(string path, string why) => new(path, "FieldValueTooLong", $"Too long: {why}");

    public static FieldError TooMany(string path, int has, long most) => new(path, "FieldValueTooMany", $"Too many: {has}: must have at most {most} items");

    public static FieldError NotSupported(string path, JsonNode? value, IEnumerable<string> supported) =>
        new(path, "FieldValueNotSupported", $"Unsupported value: {Show(value)}: supported values: {string.Join(", ", supported)}");

    public override string ToString() => Path.Length == 0 ? Detail : $"{Path}: {Detail}";

    /// <summary>Scalars as JSON; for objects and lists their type, as the real server does.</summary>
    public static string Show(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "\"object\"",
        JsonArray => "\"array\"",
        _ when value.GetValueKind() == JsonValueKind.String => $"\"{value.GetValue<string>()}\"",
        _ => value.ToJsonString(JsonTrees.Compact),
    };
}
