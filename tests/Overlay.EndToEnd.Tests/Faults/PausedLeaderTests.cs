using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Overlay.Api;
using Overlay.Api.Nodes;
using Overlay.Lab;
using Overlay.Lab.Processes;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 4: the leading operator is stopped past its lease while nodes join, and then goes on as if nothing had happened.</summary>
[Collection(OwnLabCollection.Name)]
public sealed class PausedLeaderTests
{
    private const int Nodes = 255;
    private const int Workloads = 120;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_operators_never_give_out_one_subnet_or_tag_twice()
    {
        await using var lab = await LabCluster.StartAsync(
            FaultLab.Options("leaders") with
            {
                Nodes = 1,
                Operators = 2,
                OperatorArguments = ["--lease-duration", "3", "--renew-deadline", "2", "--retry-period", "0.3"],
            },
            null,
            sweepAtEnd: true,
            Cancel);
        await lab.CreateNamespaceAsync("work", null, Cancel);
        var first = await LeaderAsync(lab, null);

        // The first third of them joins under the first leader, which stops in the middle of its work.
        var joining = JoinAsync(lab, 2, Nodes / 3);
        await Task.Delay(100, Cancel);
        Leader(lab, first).Signal(19);
        await joining;
        await JoinAsync(lab, Nodes / 3 + 1, Nodes * 2 / 3);
        await WorkAsync(lab, 0, Workloads / 2);
        var second = await LeaderAsync(lab, first);

        // It wakes up, and for a moment both believe that they lead, with work left to do.
        var more = JoinAsync(lab, Nodes * 2 / 3 + 1, Nodes);
        Leader(lab, first).Signal(18);
        await more;
        await WorkAsync(lab, Workloads / 2, Workloads);

        second.Should().NotBe(first);
        var subnets = await CountAsync(lab, "subnets", Nodes);
        var networks = subnets.Select(s => IPNetwork.Parse((string)s["spec"]!["cidr"]!)).ToList();
        networks.Should().OnlyHaveUniqueItems();
        for (var i = 0; i < networks.Count; i++)
        {
            for (var j = 0; j < i; j++)
                (networks[i].Contains(networks[j].BaseAddress) || networks[j].Contains(networks[i].BaseAddress)).Should().BeFalse($"{networks[i]} and {networks[j]} overlap");
        }

        subnets.Select(s => (string)s["spec"]!["nodeName"]!).Should().OnlyHaveUniqueItems("each node has one subnet");
        var tags = await CountAsync(lab, "workloadtags", Workloads);
        tags.Select(t => (int)t["spec"]!["tag"]!).Should().OnlyHaveUniqueItems();
        foreach (var daemon in lab.Operators)
            daemon.IsRunning.Should().BeTrue($"{daemon.Name} must live on:\n{daemon.LogTail()}");
    }

    private static Daemon Leader(LabCluster lab, string identity) => lab.Operators.Single(o => o.Name == identity);

    private static async Task<string> LeaderAsync(LabCluster lab, string? not)
    {
        string? holder = null;
        await Until.TrueAsync(
            TimeSpan.FromSeconds(15),
            "a leader other than " + (not ?? "none"),
            async () =>
            {
                var leases = await lab.Api.ListAsync($"apis/coordination.k8s.io/v1/namespaces/{AgentLease.DefaultNamespace}/leases", Cancel);
                holder = leases.Select(l => (string?)l["spec"]?["holderIdentity"]).FirstOrDefault(h => h?.StartsWith("operator", StringComparison.Ordinal) == true && h != not);
                return holder is not null;
            });
        return holder!;
    }

    private static async Task JoinAsync(LabCluster lab, int from, int to)
    {
        for (var number = from; number <= to; number++)
        {
            await lab.Api.CreateAsync(
                "api/v1/nodes",
                new JsonObject
                {
                    ["apiVersion"] = "v1",
                    ["kind"] = "Node",
                    ["metadata"] = new JsonObject { ["name"] = string.Create(CultureInfo.InvariantCulture, $"joining{number}") },
                    ["status"] = new JsonObject
                    {
                        ["addresses"] = new JsonArray(new JsonObject
                        {
                            ["type"] = "InternalIP",
                            ["address"] = string.Create(CultureInfo.InvariantCulture, $"192.168.{80 + number / 200}.{1 + number % 200}"),
                        }),
                    },
                },
                Cancel);
        }
    }

    private static async Task WorkAsync(LabCluster lab, int from, int to)
    {
        for (var number = from; number < to; number++)
        {
            var app = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = string.Create(CultureInfo.InvariantCulture, $"app{number}") };
            await lab.CreatePodAsync("work", $"pod{number}", app, null, null, Cancel);
        }
    }

    private static async Task<IReadOnlyList<JsonObject>> CountAsync(LabCluster lab, string plural, int count)
    {
        IReadOnlyList<JsonObject> found = [];
        await Until.TrueAsync(
            TimeSpan.FromSeconds(40),
            $"{count} {plural}",
            async () => (found = await lab.Api.ListAsync($"apis/{OverlayGroup.Name}/{OverlayGroup.Version}/{plural}", Cancel)).Count >= count,
            () => $"There are {found.Count}.\n" + string.Join('\n', lab.Operators.Select(o => o.LogTail(8))));
        return found;
    }
}
