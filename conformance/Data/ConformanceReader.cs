using System.Text.Json;
using System.Text.Json.Serialization;

namespace Overlay.Conformance.Data;

/// <summary>Reads a folder of case files and refuses what can not be played.</summary>
public static class ConformanceReader
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads every <c>*.json</c> of a folder, in the order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="ConformanceDataException">There is no such folder, none in it, or one that can not be played.</exception>
    public static IReadOnlyList<ConformanceFile> ReadFolder(string folder)
    {
        if (!Directory.Exists(folder))
            throw new ConformanceDataException($"there is no folder {folder}: CASES must name a folder of case files (*.json).");
        var files = Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).ToList();
        return files.Count > 0
            ? [.. files.Select(ReadFile)]
            : throw new ConformanceDataException($"{folder} holds no *.json: CASES must name a folder of case files.");
    }

    /// <summary>Reads one file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ConformanceDataException">It can not be played.</exception>
    public static ConformanceFile ReadFile(string path)
    {
        try
        {
            return Read(File.ReadAllText(path));
        }
        catch (Exception cause) when (cause is ConformanceDataException or JsonException or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            throw new ConformanceDataException($"{path}: {cause.Message}", cause);
        }
    }

    /// <summary>Reads a file's text.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ConformanceDataException">It contradicts the schema.</exception>
    /// <exception cref="JsonException">It is no JSON of the schema's shape.</exception>
    public static ConformanceFile Read(string json)
    {
        var file = JsonSerializer.Deserialize<ConformanceFile>(json, Options) ?? throw new JsonException("the file is the JSON value null.");
        var problem = FileCheck.ProblemsOf(file).FirstOrDefault();
        return problem is null ? file : throw new ConformanceDataException(problem);
    }
}
