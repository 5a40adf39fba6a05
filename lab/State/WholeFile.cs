namespace Overlay.Lab.State;

/// <summary>Writes files that somebody may read at that very moment: he finds the old text or the new one, never a part.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file, or puts a new one in its place.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="text">What it is to hold.</param>
    public static void Write(string path, string text)
    {
        // In the same folder, so that rename(2) takes the place of the old one in one step.
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
