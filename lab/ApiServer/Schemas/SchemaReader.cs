using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Schemas;

/// <summary>openAPIV3Schema to <see cref="Schema"/>.</summary>
internal static class SchemaReader
{
    public static Schema Read(JsonObject? node) => node is null ? Schema.Anything : Schema.Anything with { Title = "" };
}
