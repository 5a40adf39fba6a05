using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Overlay.Api.Policies;
using Overlay.Api.Schema;

namespace Overlay.CrdsGenerator;

/// <summary>
/// Structural schemas (apiextensions.k8s.io/v1) of our types: the serializer says which fields there are, the attributes of
/// Overlay.Api.Schema bound them, the XML documentation describes them.
/// </summary>
internal sealed class SchemaOf(XmlDocumentation documentation)
{
    /// <summary>A port's name is an IANA service name (RFC 6335, section 5.1): at most 15 characters.</summary>
    private const int LongestPortName = 15;

    /// <summary>Of a port given by name (a pattern says nothing of numbers).</summary>
    private const string PortName = "^[a-z0-9]+(-[a-z0-9]+)*$";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>The schema of a whole object; the API server knows what metadata looks like.</summary>
    public JsonObject Entity(Type type)
    {
        var schema = Of(type, null);
        schema["properties"]!.AsObject().Remove("metadata");
        return schema;
    }

    // JsonSchemaExporter would do for simple types, but it writes $ref for a type met twice, which no structural schema may hold.
    private JsonObject Of(Type declared, PropertyInfo? property)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var schema = new JsonObject();
        Describe(schema, type, property);
        Shape(schema, Json.GetTypeInfo(type));
        if (property is not null)
        {
            Bound(schema, property);
        }

        Judge(schema, type, property);
        return schema;
    }

    private void Describe(JsonObject schema, Type type, PropertyInfo? property)
    {
        var text = (property is null ? null : documentation.Of(property)) ?? documentation.Of(type);
        if (type.IsEnum)
        {
            var values = Enum.GetNames(type).Select(n => $"{JsonName(type, n)}: {documentation.OfValue(type, n)}");
            text = string.Join(' ', values.Prepend(text));
        }

        if (text is not null)
        {
            schema["description"] = text;
        }
    }

    private static string JsonName(Type type, string name) =>
        type.GetField(name)!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? name;

    private void Shape(JsonObject schema, JsonTypeInfo info)
    {
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object:
                schema["type"] = "object";
                schema["properties"] = new JsonObject(info.Properties
                    .Where(p => p.Get is not null)
                    .Select(p => KeyValuePair.Create<string, JsonNode?>(p.Name, Of(p.PropertyType, p.AttributeProvider as PropertyInfo))));
                Need(schema, info);
                Count(schema, info.Type);
                break;
            case JsonTypeInfoKind.Enumerable:
                schema["type"] = "array";
                schema["items"] = Of(info.ElementType!, null);
                break;
            case JsonTypeInfoKind.Dictionary:
                schema["type"] = "object";
                schema["additionalProperties"] = Of(info.ElementType!, null);
                break;
            default:
                Scalar(schema, info.Type);
                break;
        }
    }

    private static void Need(JsonObject schema, JsonTypeInfo info)
    {
        var needed = info.Properties
            .Where(p => p.AssociatedParameter is not null || p.AttributeProvider!.IsDefined(typeof(NeededAttribute), inherit: false))
            .Select(p => JsonValue.Create(p.Name)).ToArray();
        if (needed.Length > 0)
        {
            schema["required"] = new JsonArray([.. needed]);
        }
    }

    private static void Count(JsonObject schema, Type type)
    {
        if (type.GetCustomAttribute<FieldsAttribute>() is not { } fields)
        {
            return;
        }

        schema["minProperties"] = fields.Min;
        if (fields.Max > 0)
        {
            schema["maxProperties"] = fields.Max;
        }
    }

    private static void Scalar(JsonObject schema, Type type)
    {
        if (type == typeof(PortReference))
        {
            schema["x-kubernetes-int-or-string"] = true;
            schema["maxLength"] = LongestPortName;
            schema["pattern"] = PortName;
            return;
        }

        var (jsonType, format) =
            type == typeof(string) ? ("string", null)
            : type == typeof(bool) ? ("boolean", null)
            : type == typeof(int) ? ("integer", "int32")
            : type == typeof(long) ? ("integer", "int64")
            : type == typeof(DateTimeOffset) ? ("string", "date-time")
            : type.IsEnum ? ("string", (string?)null)
            : throw new InvalidOperationException($"{type} has no JSON type: teach {nameof(SchemaOf)} about it.");
        schema["type"] = jsonType;
        if (format is not null)
        {
            schema["format"] = format;
        }

        if (type.IsEnum)
        {
            schema["enum"] = new JsonArray([.. Enum.GetNames(type).Select(n => JsonValue.Create(JsonName(type, n)))]);
        }
    }

    private static void Bound(JsonObject schema, PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            schema["minimum"] = range.Minimum;
            schema["maximum"] = range.Maximum;
        }

        if (property.GetCustomAttribute<ItemsAttribute>() is { } items)
        {
            BoundItems(schema, items);
        }

        if (property.GetCustomAttribute<TextAttribute>() is { } text)
        {
            var target = (schema["items"] ?? schema["additionalProperties"] ?? schema).AsObject();
            if (text.MinLength > 0)
            {
                target["minLength"] = text.MinLength;
            }

            target["maxLength"] = text.MaxLength;
            if (text.Pattern is not null)
            {
                target["pattern"] = text.Pattern;
            }
        }

        if (property.GetCustomAttribute<DefaultedAttribute>() is { } value)
        {
            schema["default"] = value.Json is { } json
                ? JsonNode.Parse(json)
                : JsonSerializer.SerializeToNode(property.GetValue(Activator.CreateInstance(property.DeclaringType!)), property.PropertyType, Json);
        }
    }

    private static void BoundItems(JsonObject schema, ItemsAttribute items)
    {
        if (schema["type"]!.GetValue<string>() is "object")
        {
            schema["maxProperties"] = items.Max;
            return;
        }

        if (items.Min > 0)
        {
            schema["minItems"] = items.Min;
        }

        schema["maxItems"] = items.Max;
        schema["x-kubernetes-list-type"] = items.Key is not null ? "map" : items.Set ? "set" : "atomic";
        if (items.Key is not null)
        {
            schema["x-kubernetes-list-map-keys"] = new JsonArray(items.Key);
        }
    }

    private static void Judge(JsonObject schema, Type type, PropertyInfo? property)
    {
        var ofProperty = property?.GetCustomAttributes<ValidationAttribute>().ToArray() ?? [];
        Add(schema, [.. type.GetCustomAttributes<ValidationAttribute>(), .. ofProperty.Where(r => !r.OnItems)]);
        if (schema["items"] is JsonObject item)
        {
            Add(item, [.. ofProperty.Where(r => r.OnItems)]);
        }

        static void Add(JsonObject target, ValidationAttribute[] rules)
        {
            if (rules.Length > 0)
            {
                target["x-kubernetes-validations"] = new JsonArray(
                    [.. rules.Select(r => new JsonObject { ["rule"] = r.Rule, ["message"] = r.Message })]);
            }
        }
    }
}
