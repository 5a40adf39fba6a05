using System.Text.Json;
using System.Xml.Linq;

namespace Overlay.Images.Sbom;

/// <summary>The NuGet packages that a program is made of, from its packages.lock.json: without analyzers, which only look on.</summary>
internal static class NugetPackages
{
    /// <param name="root">The repository.</param>
    /// <param name="project">A project's folder.</param>
    /// <param name="architecture">Which machine's native packages count.</param>
    public static IReadOnlyList<NugetPackage> Of(string root, string project, Architecture architecture)
    {
        var lookingOn = LookingOn(root);
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, project, "packages.lock.json")));
        return
        [
            .. file
                .RootElement.GetProperty("dependencies")
                .EnumerateObject()
                .Where(target => target.Name == "net10.0" || target.Name == $"net10.0/{architecture.RuntimeIdentifier}")
                .SelectMany(target => target.Value.EnumerateObject())
                .Where(package => package.Value.GetProperty("type").GetString() != "Project" && !lookingOn.Contains(package.Name))
                .Select(package => new NugetPackage(package.Name, package.Value.GetProperty("resolved").GetString()!))
                .Distinct(),
        ];
    }

    private static HashSet<string> LookingOn(string root) =>
    [
        "Microsoft.NET.ILLink.Tasks",
        .. XDocument
            .Load(Path.Combine(root, "Directory.Build.props"))
            .Descendants("PackageReference")
            .Where(reference => (string?)reference.Attribute("PrivateAssets") == "all")
            .Select(reference => (string)reference.Attribute("Include")!),
    ];
}

/// <summary>A package of NuGet. The runtime that is compiled in comes with Microsoft.DotNet.ILCompiler.</summary>
internal sealed record NugetPackage(string Name, string Version);
