using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>
/// Schemas of the built-in kinds, read off KubernetesClient's generated model classes: they know every field, its type and its description,
/// so that unknown fields are found and <c>kubectl explain</c> explains without a copy of Kubernetes' own documents.
/// </summary>
internal static class ModelSchemas
{
    private static readonly ConcurrentDictionary<Type, Schema> Known = new();

    public static Schema ApiVersion { get; } = Text("APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values.");

    public static Schema Kind { get; } = Text("Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase.");

    public static Schema ObjectMeta { get; } = Of(typeof(V1ObjectMeta));

    /// <summary>The schema of a model class.</summary>
    public static Schema Of(Type model)
    {
        if (Known.TryGetValue(model, out var known))
            return known;
        var properties = ImmutableSortedDictionary.CreateBuilder<string, Schema>(StringComparer.Ordinal);
        var required = ImmutableArray.CreateBuilder<string>();
        foreach (var property in model.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name is not { } name)
                continue;
            properties[name] = MergeKeys.Annotate(model.Name, name, Value(property.PropertyType)) with { DescriptionKey = $"P:{model.FullName}.{property.Name}" };
            if (property.GetCustomAttribute<RequiredMemberAttribute>() is not null || property.GetCustomAttribute<JsonRequiredAttribute>() is not null)
                required.Add(name);
        }
        var schema = new Schema
        {
            Type = "object",
            DefinitionName = NameOf(model),
            DescriptionKey = $"T:{model.FullName}",
            TypeDescriptionKey = $"T:{model.FullName}",
            Properties = properties.ToImmutable(),
            Required = required.ToImmutable(),
            MapType = model == typeof(V1LabelSelector) ? "atomic" : null,
        };
        return Known.GetOrAdd(model, schema);
    }

    private static Schema Value(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return new Schema { Type = "string" };
        if (type == typeof(bool))
            return new Schema { Type = "boolean" };
        if (type == typeof(int))
            return new Schema { Type = "integer", Format = "int32" };
        if (type == typeof(long))
            return new Schema { Type = "integer", Format = "int64" };
        if (type == typeof(double))
            return new Schema { Type = "number", Format = "double" };
        if (type == typeof(DateTime))
            return new Schema { Type = "string", Format = "date-time" };
        if (type == typeof(byte[]))
            return new Schema { Type = "string", Format = "byte" };
        if (type == typeof(IntOrString) || type == typeof(ResourceQuantity))
            return new Schema { IntOrString = true };
        if (type == typeof(object) || type == typeof(V1JSONSchemaProps))
            return Schema.Anything;
        if (type.IsGenericType && type.GetGenericArguments() is [var item])
            return new Schema { Type = "array", Items = Value(item) };
        if (type.IsGenericType && type.GetGenericArguments() is [_, var value])
            return new Schema { Type = "object", AdditionalProperties = Value(value) };
        return type.Namespace is "k8s.Models" ? Of(type) : Schema.Anything;
    }

    private static string NameOf(Type model)
    {
        var name = model.Name.StartsWith("V1", StringComparison.Ordinal) ? model.Name[2..] : model.Name.Replace("V1", "", StringComparison.Ordinal);
        return model == typeof(V1ObjectMeta) || model == typeof(V1LabelSelector) || model == typeof(V1OwnerReference)
            ? $"io.k8s.apimachinery.pkg.apis.meta.v1.{name}"
            : $"io.k8s.api.v1.{name}";
    }

    private static Schema Text(string description) => new() { Type = "string", Description = description };
}
