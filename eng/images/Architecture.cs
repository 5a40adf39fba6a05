namespace Overlay.Images;

/// <summary>A processor architecture under the names that those who meet here have for it.</summary>
/// <param name="Name">Debian's and OCI's: <c>amd64</c>, <c>arm64</c>.</param>
/// <param name="Triplet">The folder of its libraries: <c>x86_64-linux-gnu</c>.</param>
/// <param name="RuntimeIdentifier">.NET's: <c>linux-x64</c>.</param>
internal sealed record Architecture(string Name, string Triplet, string RuntimeIdentifier)
{
    private static readonly Architecture[] Known =
    [
        new("amd64", "x86_64-linux-gnu", "linux-x64"),
        new("arm64", "aarch64-linux-gnu", "linux-arm64"),
    ];

    /// <exception cref="ImageException">There is no such architecture.</exception>
    public static Architecture Parse(string name) =>
        Array.Find(Known, known => known.Name == name)
        ?? throw new ImageException($"'{name}' is no architecture; there are {string.Join(", ", Known.Select(known => known.Name))}.");
}
