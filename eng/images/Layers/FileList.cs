namespace Overlay.Images.Layers;

/// <summary>What a layer is asked to hold: the lines of images/NAME/files, whose forms images/base/files explains.</summary>
internal static class FileList
{
    /// <exception cref="ImageException">A line can not be read; the message has its number.</exception>
    public static IReadOnlyList<FileRequest> Parse(string name, string text)
    {
        List<FileRequest> requests = [];
        foreach (var (number, line) in text.Split('\n').Select((line, index) => (index + 1, line.Trim())))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            requests.Add(
                line.Split(' ') switch
                {
                    [var path, "->", var target] => new FileRequest.Link(path, target),
                    [var path, "<", var source] => new FileRequest.Ours(path, source),
                    [[.. var path, '/']] => new FileRequest.Folder(path),
                    [[not '/', ..] path] => new FileRequest.Packaged(path),
                    _ => throw new ImageException($"{name}:{number}: '{line}' is none of PATH, PATH/, PATH -> TARGET, PATH < FILE (without a leading slash)."),
                }
            );
        }

        return requests;
    }
}
