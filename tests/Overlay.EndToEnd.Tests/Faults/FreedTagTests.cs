using System.Globalization;
using System.Text.Json.Nodes;
using Overlay.Api;
using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 5: a freed tag rests until every agent has heard that it is free, however many workloads want one.</summary>
[Collection(OwnLabCollection.Name)]
public sealed class FreedTagTests
{
    private const int Workloads = 300;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_one_agent_cut_off_it_is_not_given_out_again_and_with_all_there_it_is()
    {
        await using var lab = await LabCluster.StartAsync(FaultLab.Options("freed") with { Nodes = 2, OperatorArguments = ["--rest", "1"] }, null, sweepAtEnd: true, Cancel);
        await lab.CreateNamespaceAsync("work", null, Cancel);
        await WorkAsync(lab, "former", 1);
        var freed = await Until.ValueAsync(TimeSpan.FromSeconds(20), "the first workload's tag", async () => (await TagsAsync(lab)).SingleOrDefault(t => App(t) is "former-0"));
        using (Severed.FromApiServer(lab.Nodes[1]))
        {
            await lab.Api.DeleteAsync("api/v1/namespaces/work/pods/former-0", new JsonObject { ["gracePeriodSeconds"] = 0 }, Cancel);
            await Until.TrueAsync(TimeSpan.FromSeconds(20), "the tag to be released", async () => (await TagsAsync(lab)).Any(t => Number(t) == Number(freed) && (string?)t["status"]?["phase"] is "Released"));
            await WorkAsync(lab, "next", Workloads);
            IReadOnlyList<JsonObject> tags = [];
            await Until.TrueAsync(TimeSpan.FromSeconds(60), "all of them to have tags", async () => (tags = await TagsAsync(lab)).Count == Workloads + 1, () => $"There are {tags.Count}.");
            tags.Select(Number).Should().OnlyHaveUniqueItems();
            await Task.Delay(2000, Cancel); // longer than it rests, were all agents there
            App((await TagsAsync(lab)).Single(t => Number(t) == Number(freed))).Should().Be("former-0", "one agent may still take it for the former workload's");
        }

        await Until.TrueAsync(TimeSpan.FromSeconds(90), "the tag to go once all agents have heard", async () => (await TagsAsync(lab)).All(t => Number(t) != Number(freed)), () => lab.Operators[0].LogTail());
        await WorkAsync(lab, "last", 1);
        var again = await Until.ValueAsync(TimeSpan.FromSeconds(20), "the last workload's tag", async () => (await TagsAsync(lab)).SingleOrDefault(t => App(t) is "last-0"));
        Number(again).Should().Be(Number(freed), "the lowest free number is taken");
    }

    private static async Task WorkAsync(LabCluster lab, string name, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var app = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}");
            await lab.CreatePodAsync("work", app, new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = app }, lab.Nodes[0].Name, null, Cancel);
        }
    }

    private static async Task<IReadOnlyList<JsonObject>> TagsAsync(LabCluster lab) =>
        [.. (await lab.Api.ListAsync($"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/workloadtags", Cancel)).Where(t => (string?)t["spec"]!["namespace"] is "work")];

    private static int Number(JsonObject tag) => (int)tag["spec"]!["tag"]!;

    private static string? App(JsonObject tag) => (string?)tag["spec"]!["labels"]?["app"];
}
