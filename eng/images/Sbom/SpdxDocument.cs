using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Overlay.Images.Debian;
using Overlay.Images.Oci;

namespace Overlay.Images.Sbom;

/// <summary>What an image is made of, as SPDX 2.3.</summary>
internal static partial class SpdxDocument
{
    private const string Root = "SPDXRef-image";

    /// <summary>The document's bytes; they depend on the arguments alone.</summary>
    public static byte[] Write(
        ImageIdentity identity,
        Architecture architecture,
        IReadOnlyCollection<DebianPackage> debian,
        IReadOnlyCollection<NugetPackage> nuget
    )
    {
        SpdxPackage[] parts =
        [
            .. debian.OrderBy(package => package.Name, StringComparer.Ordinal).Select(package => Part(package, architecture)),
            .. nuget.OrderBy(package => package.Name, StringComparer.Ordinal).ThenBy(package => package.Version, StringComparer.Ordinal).Select(Part),
        ];
        var document = new Spdx(
            "SPDX-2.3",
            "CC0-1.0",
            "SPDXRef-DOCUMENT",
            $"{identity.Reference} ({architecture.Name})",
            $"https://overlay-cni.io/spdx/{identity.Reference}/{architecture.Name}/{identity.Revision}",
            new SpdxCreation(identity.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null), ["Tool: overlay-images"]),
            [new SpdxPackage(Root, identity.Name, identity.Version, "NOASSERTION", null, null, null), .. parts],
            [
                new SpdxRelationship("SPDXRef-DOCUMENT", "DESCRIBES", Root),
                .. parts.Select(part => new SpdxRelationship(Root, "CONTAINS", part.Id)),
            ]
        );
        return JsonSerializer.SerializeToUtf8Bytes(document, SpdxJson.Default.Spdx);
    }

    private static SpdxPackage Part(DebianPackage package, Architecture architecture) =>
        new(
            Id("deb", package.Name, package.Version),
            package.Name,
            package.Version,
            "NOASSERTION",
            package.Homepage.Length > 0 ? package.Homepage : null,
            [new SpdxChecksum("SHA256", package.Sha256)],
            [new SpdxReference("PACKAGE-MANAGER", "purl", $"pkg:deb/debian/{package.Name}@{Uri.EscapeDataString(package.Version)}?arch={architecture.Name}&distro=debian-13")]
        );

    private static SpdxPackage Part(NugetPackage package) =>
        new(
            Id("nuget", package.Name, package.Version),
            package.Name,
            package.Version,
            "NOASSERTION",
            null,
            null,
            [new SpdxReference("PACKAGE-MANAGER", "purl", $"pkg:nuget/{package.Name}@{package.Version}")]
        );

    private static string Id(string kind, string name, string version) => $"SPDXRef-{kind}-{NotInIds().Replace($"{name}-{version}", "-")}";

    [GeneratedRegex("[^A-Za-z0-9.-]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotInIds();
}

internal sealed record Spdx(
    string SpdxVersion,
    string DataLicense,
    [property: JsonPropertyName("SPDXID")] string Id,
    string Name,
    string DocumentNamespace,
    SpdxCreation CreationInfo,
    IReadOnlyList<SpdxPackage> Packages,
    IReadOnlyList<SpdxRelationship> Relationships
);

internal sealed record SpdxCreation(string Created, IReadOnlyList<string> Creators);

internal sealed record SpdxPackage(
    [property: JsonPropertyName("SPDXID")] string Id,
    string Name,
    string VersionInfo,
    string DownloadLocation,
    string? Homepage,
    IReadOnlyList<SpdxChecksum>? Checksums,
    IReadOnlyList<SpdxReference>? ExternalRefs
);

internal sealed record SpdxChecksum(string Algorithm, string ChecksumValue);

internal sealed record SpdxReference(string ReferenceCategory, string ReferenceType, string ReferenceLocator);

internal sealed record SpdxRelationship(string SpdxElementId, string RelationshipType, string RelatedSpdxElement);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true
)]
[JsonSerializable(typeof(Spdx))]
internal sealed partial class SpdxJson : JsonSerializerContext;
