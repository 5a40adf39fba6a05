using Overlay.Api.Objects;
using Overlay.Kube.Entities;
using Overlay.Lab;
using Overlay.Operator.Definitions;
using Overlay.Operator.Hosting;
using Overlay.Operator.Tests.Cluster;

namespace Overlay.Operator.Tests.Definitions;

/// <summary>The definitions of an operator's image, applied before an upgrade.</summary>
public sealed class DefinitionsErrandTests
{
    private static readonly ObjectKey Subnets = new(null, "subnets.overlay-cni.io");

    private readonly List<string> _said = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_made_and_mended_and_others_annotations_stay()
    {
        await using var cluster = await TestCluster.StartAsync();
        var client = new EntityClient<CustomResourceDefinition>(cluster.Connection, ErrandJson.Default.CustomResourceDefinition);
        await client.PatchAsync(Subnets, PatchFormat.Merge, """{"metadata":{"annotations":{"mine":"stays"}},"spec":{"names":{"shortNames":["old"]}}}"""u8.ToArray(), Cancel);
        await client.DeleteAsync(new ObjectKey(null, "workloadtags.overlay-cni.io"), null, Cancel);

        await new DefinitionsErrand(cluster.Connection, LabPaths.Crds(), _said.Add).RunAsync(Cancel);

        _said.Should().HaveCount(4);
        (await client.GetAsync(Subnets, Cancel)).Metadata.Annotations.Should().ContainKey("mine");
        (await TestCluster.AllAsync(cluster.Tags)).Should().BeEmpty("the kind is served again");
    }

    [Fact]
    public async Task An_empty_folder_is_an_error()
    {
        await using var cluster = await TestCluster.StartAsync();
        await ((Func<Task>)(() => new DefinitionsErrand(cluster.Connection, "/nowhere", _said.Add).RunAsync(Cancel)))
            .Should().ThrowAsync<FormatException>().WithMessage("--crd-dir /nowhere: there are no definitions*");
    }
}
