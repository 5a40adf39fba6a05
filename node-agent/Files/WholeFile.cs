namespace Overlay.NodeAgent.Files;

/// <summary>Files that others read at any moment: each is there whole, as it was or as it is, or not at all.</summary>
/// <remarks>
/// Written beside its place under a name that nobody looks for, forced to the disk, then renamed. The directory is not forced: after a power cut the file
/// before is as good, since whoever keeps the file looks at it again.
/// </remarks>
internal static class WholeFile
{
    private const string Unfinished = ".unfinished";

    /// <summary>Writes a file.</summary>
    /// <param name="path">Its place; the directory is made when it is missing.</param>
    /// <param name="mode">Who may use it.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">No room, or a directory that can not be written; nothing has changed then.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written; nothing has changed then.</exception>
    public static void Write(string path, UnixFileMode mode, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = Beside(path);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, UnixCreateMode = mode };
            using (var file = new FileStream(beside, options))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.SetUnixFileMode(beside, mode); // the umask had its say at creation
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            DeleteQuietly(beside);
            throw;
        }
    }

    /// <summary>What an interrupted write of a file is called.</summary>
    public static string Beside(string path) => Path.Combine(Path.GetDirectoryName(path)!, "." + Path.GetFileName(path) + Unfinished);

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next write replaces it.
        }
    }
}
