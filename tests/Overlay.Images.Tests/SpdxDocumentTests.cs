using System.Text.Json;
using Overlay.Images.Debian;
using Overlay.Images.Oci;
using Overlay.Images.Sbom;

namespace Overlay.Images.Tests;

public sealed class SpdxDocumentTests
{
    private static readonly ImageIdentity Identity = new("docker.io/overlay-cni/agent", "1.2.3", DateTimeOffset.UnixEpoch, "0123abc");

    private readonly JsonElement document = JsonDocument
        .Parse(
            SpdxDocument.Write(
                Identity,
                Architecture.Parse("amd64"),
                [new DebianPackage("libgmp10", "2:6.2.1+dfsg1-1.1", new string('a', 64), "", "https://gmplib.org/", "")],
                [new NugetPackage("Microsoft.Data.Sqlite", "10.0.15")]
            )
        )
        .RootElement;

    [Fact]
    public void It_is_SPDX_2_3_of_the_image() =>
        (document.GetProperty("spdxVersion").GetString(), document.GetProperty("name").GetString()).Should().Be(("SPDX-2.3", "docker.io/overlay-cni/agent:1.2.3 (amd64)"));

    [Fact]
    public void Each_part_is_contained_in_the_image()
    {
        var parts = document.GetProperty("packages").EnumerateArray().Skip(1).Select(part => part.GetProperty("SPDXID").GetString());
        document
            .GetProperty("relationships")
            .EnumerateArray()
            .Where(relation => relation.GetProperty("relationshipType").GetString() == "CONTAINS")
            .Select(relation => relation.GetProperty("relatedSpdxElement").GetString())
            .Should()
            .Equal(parts)
            .And.HaveCount(2);
    }

    [Fact]
    public void Scanners_find_parts_by_package_urls() =>
        document
            .GetProperty("packages")
            .EnumerateArray()
            .Skip(1)
            .Select(part => part.GetProperty("externalRefs")[0].GetProperty("referenceLocator").GetString())
            .Should()
            .Equal("pkg:deb/debian/libgmp10@2%3A6.2.1%2Bdfsg1-1.1?arch=amd64&distro=debian-13", "pkg:nuget/Microsoft.Data.Sqlite@10.0.15");

    [Fact]
    public void Ids_have_no_characters_that_SPDX_forbids() =>
        document.GetProperty("packages").EnumerateArray().Select(part => part.GetProperty("SPDXID").GetString()).Should().AllSatisfy(id => id.Should().MatchRegex("^SPDXRef-[A-Za-z0-9.-]+$"));
}
