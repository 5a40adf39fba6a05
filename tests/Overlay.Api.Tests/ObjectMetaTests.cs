using System.Collections.Immutable;
using System.Text.Json;
using Overlay.Api.Json;
using Overlay.Api.Objects;
using Overlay.Api.Workloads;

namespace Overlay.Api.Tests;

/// <summary>Metadata says what it was given, however it keeps it.</summary>
public class ObjectMetaTests
{
    [Theory]
    [InlineData("6f1c0c9e-3c1b-4f0e-9a51-0d6f2f3f0a11")]
    [InlineData("6F1C0C9E-3C1B-4F0E-9A51-0D6F2F3F0A11")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("{6f1c0c9e-3c1b-4f0e-9a51-0d6f2f3f0a11}")]
    [InlineData("node-1")]
    [InlineData("")]
    [InlineData(null)]
    public void A_UID_is_the_one_that_came(string? uid)
    {
        var meta = new ObjectMeta { Annotations = ImmutableSortedDictionary<string, string>.Empty.Add("a", "b"), Uid = uid };
        meta.Uid.Should().Be(uid);
        Again(meta).Uid.Should().Be(uid);
        (meta with { Uid = "other" } with { Uid = uid }).Should().Be(meta);
    }

    [Theory]
    [InlineData("812")]
    [InlineData("18446744073709551615")]
    [InlineData("18446744073709551616")]
    [InlineData("0812")]
    [InlineData("0")]
    [InlineData("v7")]
    [InlineData("")]
    [InlineData(null)]
    public void A_version_is_the_one_that_came(string? version)
    {
        var meta = new ObjectMeta { ResourceVersion = version };
        meta.ResourceVersion.Should().Be(version);
        Again(meta).ResourceVersion.Should().Be(version);
        (meta with { ResourceVersion = "other" } with { ResourceVersion = version }).Should().Be(meta);
    }

    [Fact]
    public void What_few_objects_have_is_there_for_those_that_have_it()
    {
        var meta = new ObjectMeta
        {
            Name = "n",
            CreationTimestamp = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
            DeletionTimestamp = new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero),
            Generation = 3,
            Finalizers = ["f"],
            OwnerReferences = [new OwnerReference("v1", "Node", "n", "u")],
        };
        var again = Again(meta);
        again.CreationTimestamp.Should().Be(meta.CreationTimestamp);
        again.DeletionTimestamp.Should().Be(meta.DeletionTimestamp);
        again.Generation.Should().Be(3);
        again.Finalizers!.Value.Should().Equal("f");
        again.OwnerReferences!.Value.Should().Equal(meta.OwnerReferences!.Value);
        Again(new ObjectMeta { Name = "n" }).Should().Be(new ObjectMeta { Name = "n" });
    }

    private static ObjectMeta Again(ObjectMeta meta)
    {
        var text = JsonSerializer.Serialize(new WorkloadTag { Metadata = meta }, OverlayJson.Default.WorkloadTag);
        return JsonSerializer.Deserialize(text, OverlayJson.Default.WorkloadTag)!.Metadata;
    }
}
