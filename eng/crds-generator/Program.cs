using Overlay.CrdsGenerator;

// overlay-crds FOLDER: writes one CustomResourceDefinition a kind. `make crds` calls it; a test of api/ compares.
if (args is not [var folder])
{
    await Console.Error.WriteLineAsync("usage: overlay-crds FOLDER (where the CustomResourceDefinitions are written, as crds/)");
    return 2;
}

Directory.CreateDirectory(folder);
foreach (var definition in CustomResourceDefinitions.All())
{
    var path = Path.Combine(folder, definition.FileName);
    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    await File.WriteAllTextAsync(path, definition.Yaml);
    Console.WriteLine(path);
}

return 0;
