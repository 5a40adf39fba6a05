using System.Text.Encodings.Web;
using System.Text.Json;
using Overlay.Cni.Frames;

namespace Overlay.NodeAgent.Install;

/// <summary>The network configuration list that the runtime reads. Pure.</summary>
internal static class Conflist
{
    /// <summary>The plugin's name: of its file, and in configurations.</summary>
    public const string PluginType = "overlay";

    /// <summary>A key of ours, unknown to runtimes, that tells a file which the agent wrote from one that an administrator did.</summary>
    private const string WrittenBy = "writtenBy";

    private const string Agent = "overlay-agent";

    /// <summary>
    /// The spec versions that the runtime may choose from; a runtime from before 1.1.0 knows only the key in the singular, and must find one there that it can speak.
    /// </summary>
    private static readonly string[] Versions = ["0.4.0", "1.0.0", "1.1.0"];

    /// <summary>What the runtime may hand over in <c>runtimeConfig</c> (<see cref="Cni.RuntimeRequest"/>); what is not declared here it keeps to itself.</summary>
    private static readonly string[] Capabilities = ["bandwidth", "portMappings"];

    private const string VersionForOldRuntimes = "1.0.0";

    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file's bytes.</summary>
    public static byte[] Of(InstallOptions options)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, Readable))
        {
            json.WriteStartObject();
            json.WriteString("cniVersion", VersionForOldRuntimes);
            json.WriteStartArray("cniVersions");
            foreach (var version in Versions)
                json.WriteStringValue(version);
            json.WriteEndArray();
            json.WriteString("name", "overlay");
            json.WriteString(WrittenBy, Agent);
            json.WriteStartArray("plugins");
            json.WriteStartObject();
            json.WriteString("type", PluginType);
            json.WriteStartObject("capabilities");
            foreach (var capability in Capabilities)
                json.WriteBoolean(capability, true);
            json.WriteEndObject();
            WriteUnlessUsual(json, Meeting.SocketKey, options.Socket, Meeting.DefaultSocket);
            WriteUnlessUsual(json, Meeting.TombstonesKey, options.Tombstones, Meeting.DefaultTombstones);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        text.WriteByte((byte)'\n');
        return text.ToArray();
    }

    /// <summary>Whether an agent wrote this configuration.</summary>
    /// <param name="json">The file's bytes.</param>
    public static bool IsOurs(ReadOnlyMemory<byte> json) =>
        Read(json, root => root.TryGetProperty(WrittenBy, out var by) && by.ValueKind == JsonValueKind.String && by.ValueEquals(Agent));

    /// <summary>Whether pods of this configuration come to Overlay, whoever wrote it: as one plugin, or first or later in a chain.</summary>
    /// <param name="json">The file's bytes.</param>
    public static bool CallsOverlay(ReadOnlyMemory<byte> json) =>
        Read(json, root => IsOverlay(root) || (root.TryGetProperty("plugins", out var plugins) && plugins.ValueKind == JsonValueKind.Array && plugins.EnumerateArray().Any(IsOverlay)));

    private static void WriteUnlessUsual(Utf8JsonWriter json, string key, string value, string usual)
    {
        if (!string.Equals(value, usual, StringComparison.Ordinal))
            json.WriteString(key, value);
    }

    private static bool IsOverlay(JsonElement plugin) =>
        plugin.ValueKind == JsonValueKind.Object && plugin.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals(PluginType);

    private static bool Read(ReadOnlyMemory<byte> json, Func<JsonElement, bool> ask)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && ask(document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
