using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Overlay.Api.Objects;

namespace Overlay.Kube.Entities;

/// <summary>Parses one object among others. One that does not fit its kind must not cost the others: it is told apart, by its metadata.</summary>
internal sealed class EntityParser<T>(JsonTypeInfo<T> json, EntitySalvage<T>? salvage)
    where T : class, IEntity
{
    /// <summary>The object that <paramref name="reader"/> stands at, or what is known of one that does not fit its kind.</summary>
    /// <exception cref="JsonException">It is no object, or has no name.</exception>
    public T? Read(ref Utf8JsonReader reader, out Unreadable<T>? unreadable)
    {
        unreadable = null;
        var again = reader;
        try
        {
            return JsonSerializer.Deserialize(ref reader, json) ?? throw new JsonException("an item is null");
        }
        catch (JsonException e) when (again.TokenType == JsonTokenType.StartObject)
        {
            using var document = JsonDocument.ParseValue(ref again);
            var body = document.RootElement;
            if (MetadataOf(body) is not { } metadata)
                throw;
            var problem = $"{e.Path?.TrimStart('$', '.') ?? "it"}: the value does not fit the field";
            unreadable = new Unreadable<T>(metadata, problem, salvage?.Invoke(metadata, body, problem));
            return null;
        }
    }

    /// <summary>Field by field: a label of the wrong type must not hide the name.</summary>
    private static ObjectMeta? MetadataOf(JsonElement body) =>
        body.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && Text(metadata, "name") is { Length: > 0 } name
            ? new ObjectMeta
            {
                Name = name,
                Namespace = Text(metadata, "namespace"),
                Uid = Text(metadata, "uid"),
                ResourceVersion = Text(metadata, "resourceVersion"),
                Generation = metadata.TryGetProperty("generation", out var g) && g.ValueKind == JsonValueKind.Number && g.TryGetInt64(out var generation) ? generation : null,
            }
            : null;

    private static string? Text(JsonElement metadata, string name) =>
        metadata.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
