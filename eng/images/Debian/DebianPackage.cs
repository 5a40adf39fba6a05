namespace Overlay.Images.Debian;

/// <summary>A Debian package, unpacked: its control fields, the sum of the .deb, its files.</summary>
internal sealed record DebianPackage(string Name, string Version, string Sha256, string Control, string Homepage, string Files)
{
    /// <summary>The licence's text, by Debian's rule: usr/share/doc/NAME/copyright.</summary>
    public string Copyright => $"usr/share/doc/{Name}/copyright";

    /// <param name="folder">As <c>eng/debian.sh fetch</c> leaves it.</param>
    public static DebianPackage Read(string folder)
    {
        var control = File.ReadAllText(Path.Combine(folder, "control"));
        return new DebianPackage(
            Field(control, "Package"),
            Field(control, "Version"),
            File.ReadAllText(Path.Combine(folder, "sha256")).Trim(),
            control,
            Field(control, "Homepage"),
            Path.Combine(folder, "files")
        );
    }

    private static string Field(string control, string name) =>
        control.Split('\n').FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.Ordinal))?[(name.Length + 2)..] ?? "";
}
