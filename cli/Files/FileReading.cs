using YamlDotNet.Core;

namespace Overlay.Cli.Files;

/// <summary>Reads objects from files, folders and standard input.</summary>
internal static class FileReading
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>Reads all.</summary>
    /// <param name="paths">Files, folders (with all below them), or <c>-</c>.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="defaultNamespace">The namespace of objects that name none.</param>
    /// <exception cref="ObjectFileException">A path does not exist, or holds what is no object.</exception>
    public static FileObjects Read(IEnumerable<string> paths, TextReader input, string defaultNamespace)
    {
        var objects = new FileObjects(defaultNamespace);
        foreach (var path in paths)
        {
            if (path is "-")
                Add(objects, "standard input", () => input);
            else
                Files(path).ForEach(file => Add(objects, file, () => new StreamReader(file)));
        }

        return objects;
    }

    private static List<string> Files(string path)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new ObjectFileException($"-f {path}: there is no such file or folder");
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Endings.Contains(Path.GetExtension(file)))
            .Order(StringComparer.Ordinal)
            .ToList();
        return files.Count > 0 ? files : throw new ObjectFileException($"-f {path}: the folder holds no .yaml, .yml or .json file");
    }

    private static void Add(FileObjects objects, string file, Func<TextReader> open)
    {
        try
        {
            using var text = open();
            foreach (var document in YamlJson.Documents(text))
                objects.Add(document, file);
        }
        catch (YamlException e)
        {
            throw new ObjectFileException($"{file} is not YAML: line {e.Start.Line}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ObjectFileException($"{file} can not be read: {e.Message}", e);
        }
    }
}
