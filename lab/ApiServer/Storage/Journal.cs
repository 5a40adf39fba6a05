using System.Text.Json;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.ApiServer.Storage;

/// <summary>
/// The store on disk: one JSON line for each write, appended before the write is answered, so that a killed server comes back with every
/// version it has told anyone. Not flushed to the device: it outlives the process, not the machine.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly FileStream file;

    private Journal(FileStream file) => this.file = file;

    /// <summary>What a journal held: the objects of each resource and the last version given out.</summary>
    internal sealed record Content(long Revision, IReadOnlyDictionary<string, Dictionary<StoreKey, JsonObject>> Resources);

    public static Content Read(string path)
    {
        var resources = new Dictionary<string, Dictionary<StoreKey, JsonObject>>(StringComparer.Ordinal);
        var revision = 0L;
        if (!File.Exists(path))
            return new Content(0, resources);
        foreach (var line in File.ReadLines(path))
        {
            // The last line may be half written when the process was killed: nobody was told of that write.
            if (TryParse(line) is not { } entry)
                break;
            revision = Math.Max(revision, entry["rv"]!.GetValue<long>());
            if (entry.Text("resource") is not { } resource || entry["object"] is not JsonObject stored)
                continue;
            if (!resources.TryGetValue(resource, out var objects))
                resources[resource] = objects = [];
            var key = new StoreKey(stored.Meta().Text("namespace") ?? "", stored.Meta().Text("name") ?? "");
            if (entry["deleted"] is not null)
                objects.Remove(key);
            else
                objects[key] = stored;
        }
        return new Content(revision, resources);
    }

    /// <summary>Rewrites the journal to what is still alive and opens it for appending.</summary>
    public static Journal Open(string path, Content content)
    {
        var next = path + ".next";
        using (var writer = new StreamWriter(next))
        {
            writer.WriteLine($$"""{"rv":{{content.Revision}}}""");
            foreach (var (resource, objects) in content.Resources)
            {
                foreach (var stored in objects.Values)
                    writer.WriteLine($$"""{"rv":{{content.Revision}},"resource":"{{resource}}","object":{{stored.ToJsonString(JsonTrees.Compact)}}}""");
            }
        }
        File.Move(next, path, overwrite: true);
        return new Journal(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0));
    }

    /// <summary>Called in version order, under the store's lock.</summary>
    public void Append(string resource, Change change)
    {
        using var line = new MemoryStream(change.Object.Json.Length + 128);
        using (var writer = new Utf8JsonWriter(line))
        {
            writer.WriteStartObject();
            writer.WriteNumber("rv", change.ResourceVersion);
            writer.WriteString("resource", resource);
            if (change.Kind == ChangeKind.Deleted)
                writer.WriteBoolean("deleted", true);
            writer.WritePropertyName("object");
            writer.WriteRawValue(change.Object.Json, skipInputValidation: true);
            writer.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        file.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
    }

    public void Dispose() => file.Dispose();

    private static JsonObject? TryParse(string line)
    {
        try
        {
            return JsonNode.Parse(line, documentOptions: JsonTrees.Deep) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
