using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>Checks a tree against a schema and says what is wrong in the real server's words.</summary>
internal static class SchemaValidator
{
    public static IReadOnlyList<FieldError> Validate(Schema schema, JsonNode? node, string path = "")
    {
        var errors = new List<FieldError>();
        Check(schema, node, path, errors, typesOnly: false);
        return errors;
    }

    /// <summary>Types only: what a decoder into fixed structs would refuse.</summary>
    public static IReadOnlyList<FieldError> ValidateTypes(Schema schema, JsonNode? node)
    {
        var errors = new List<FieldError>();
        Check(schema, node, "", errors, typesOnly: true);
        return errors;
    }

    private static void Check(Schema schema, JsonNode? node, string path, List<FieldError> errors, bool typesOnly)
    {
        if (node is null)
        {
            if (!schema.Nullable && schema.Type is { } wanted && !typesOnly)
                errors.Add(FieldError.TypeInvalid(path, "\"null\"", $"{path} in body must be of type {wanted}: \"null\""));
            return;
        }
        if (!CheckType(schema, node, path, errors))
            return;
        if (!typesOnly)
        {
            CheckEnum(schema, node, path, errors);
            CheckCombinations(schema, node, path, errors);
        }
        switch (node)
        {
            case JsonObject map:
                CheckObject(schema, map, path, errors, typesOnly);
                break;
            case JsonArray list:
                CheckList(schema, list, path, errors, typesOnly);
                break;
            case JsonValue value when !typesOnly && value.GetValueKind() == JsonValueKind.String:
                CheckText(schema, value.AsText(), path, errors);
                break;
            case JsonValue value when !typesOnly && value.GetValueKind() == JsonValueKind.Number:
                CheckNumber(schema, value, path, errors);
                break;
        }
    }

    private static bool CheckType(Schema schema, JsonNode node, string path, List<FieldError> errors)
    {
        var kind = node.GetValueKind();
        var fits = schema.Type switch
        {
            _ when schema.IntOrString => kind is JsonValueKind.String || IsWhole(node),
            "object" => kind == JsonValueKind.Object,
            "array" => kind == JsonValueKind.Array,
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "integer" => IsWhole(node),
            "number" => kind == JsonValueKind.Number,
            _ => true,
        };
        if (!fits)
        {
            var actual = kind switch
            {
                JsonValueKind.Object => "object",
                JsonValueKind.Array => "array",
                JsonValueKind.String => "string",
                JsonValueKind.Number => IsWhole(node) ? "integer" : "number",
                _ => "boolean",
            };
            var wanted = schema.IntOrString ? "integer,string" : schema.Type;
            errors.Add(FieldError.TypeInvalid(path, $"\"{actual}\"", $"{path} in body must be of type {wanted}: \"{actual}\""));
        }
        return fits;
    }

    private static bool IsWhole(JsonNode node) =>
        node.GetValueKind() == JsonValueKind.Number && decimal.TryParse(node.AsText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number);

    private static void CheckEnum(Schema schema, JsonNode node, string path, List<FieldError> errors)
    {
        if (!schema.Enum.IsEmpty && !schema.Enum.Any(e => JsonTrees.Same(e, node)))
            errors.Add(FieldError.NotSupported(path, node, schema.Enum.Select(FieldError.Show)));
    }

    private static void CheckCombinations(Schema schema, JsonNode node, string path, List<FieldError> errors)
    {
        foreach (var all in schema.AllOf)
            Check(all, node, path, errors, typesOnly: false);
        if (!schema.AnyOf.IsEmpty && !schema.AnyOf.Any(s => Validate(s, node, path).Count == 0))
            errors.Add(FieldError.Invalid(path, node, $"{path} in body must validate at least one schema (anyOf)"));
        if (!schema.OneOf.IsEmpty && schema.OneOf.Count(s => Validate(s, node, path).Count == 0) != 1)
            errors.Add(FieldError.Invalid(path, node, $"{path} in body must validate one and only one schema (oneOf)"));
        if (schema.Not is not null && Validate(schema.Not, node, path).Count == 0)
            errors.Add(FieldError.Invalid(path, node, $"{path} in body must not validate the schema (not)"));
    }

    private static void CheckObject(Schema schema, JsonObject map, string path, List<FieldError> errors, bool typesOnly)
    {
        if (!typesOnly)
        {
            foreach (var name in schema.Required.Where(r => !map.ContainsKey(r)))
                errors.Add(FieldError.Required(Join(path, name)));
            if (schema.MaxProperties < map.Count)
                errors.Add(FieldError.TooMany(path, map.Count, schema.MaxProperties.Value));
            if (schema.MinProperties > map.Count)
                errors.Add(FieldError.Invalid(path, map, $"{path} in body should have at least {schema.MinProperties} properties"));
        }
        foreach (var (name, value) in map)
        {
            // ObjectMeta has its own rules, checked apart.
            if (path.Length == 0 && name is "metadata" && !typesOnly)
                continue;
            if (schema.Member(name) is { } member)
                Check(member, value, Join(path, name), errors, typesOnly);
        }
    }

    private static void CheckList(Schema schema, JsonArray list, string path, List<FieldError> errors, bool typesOnly)
    {
        if (schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
                Check(items, list[i], $"{path}[{i}]", errors, typesOnly);
        }
        if (typesOnly)
            return;
        if (schema.MaxItems < list.Count)
            errors.Add(FieldError.TooMany(path, list.Count, schema.MaxItems.Value));
        if (schema.MinItems > list.Count)
            errors.Add(FieldError.Invalid(path, JsonValue.Create(list.Count), $"{path} in body should have at least {schema.MinItems} items"));
        CheckUnique(schema, list, path, errors);
    }

    private static void CheckUnique(Schema schema, JsonArray list, string path, List<FieldError> errors)
    {
        if (schema.ListType is not ("set" or "map"))
            return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            var identity = schema.ListType is "set" ? list[i]?.DeepClone() : ListKeys.Of(schema, list[i]);
            if (!seen.Add(identity?.ToJsonString() ?? "null"))
                errors.Add(new FieldError($"{path}[{i}]", "FieldValueDuplicate", $"Duplicate value: {(identity is JsonObject ? identity.ToJsonString(JsonTrees.Compact) : FieldError.Show(identity))}"));
        }
    }

    private static void CheckText(Schema schema, string text, string path, List<FieldError> errors)
    {
        // Lengths count code points, as Go's utf8.RuneCountInString.
        var length = text.EnumerateRunes().Count();
        if (schema.MaxLength < length)
            errors.Add(FieldError.TooLong(path, $"may not be more than {schema.MaxLength} bytes"));
        if (schema.MinLength > length)
            errors.Add(FieldError.Invalid(path, text, $"{path} in body should be at least {schema.MinLength} chars long"));
        if (schema.Pattern is { } pattern && !Patterns.IsMatch(pattern, text))
            errors.Add(FieldError.Invalid(path, text, $"{path} in body should match '{pattern}'"));
        if (schema.Format is { } format && !schema.IntOrString && !Formats.IsValid(format, text))
            errors.Add(FieldError.Invalid(path, text, $"{path} in body must be of type {format}: \"{text}\""));
    }

    private static void CheckNumber(Schema schema, JsonValue value, string path, List<FieldError> errors)
    {
        var number = double.Parse(value.AsText(), NumberStyles.Float, CultureInfo.InvariantCulture);
        if (schema.Minimum is { } least && (schema.ExclusiveMinimum ? number <= least : number < least))
            errors.Add(FieldError.Invalid(path, value, $"{path} in body should be greater than {(schema.ExclusiveMinimum ? "" : "or equal to ")}{Show(least)}"));
        if (schema.Maximum is { } most && (schema.ExclusiveMaximum ? number >= most : number > most))
            errors.Add(FieldError.Invalid(path, value, $"{path} in body should be less than {(schema.ExclusiveMaximum ? "" : "or equal to ")}{Show(most)}"));
        if (schema.MultipleOf is { } step && number % step != 0)
            errors.Add(FieldError.Invalid(path, value, $"{path} in body should be a multiple of {Show(step)}"));
        var fits = schema.Format switch { "int32" => number is >= int.MinValue and <= int.MaxValue, _ => true };
        if (!fits)
            errors.Add(FieldError.Invalid(path, value, $"{path} in body must be of type {schema.Format}: \"{value.AsText()}\""));
    }

    private static string Show(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
