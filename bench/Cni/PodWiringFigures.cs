using System.Text.Json.Nodes;
using Overlay.Bench.Figures;
using Overlay.Lab;
using Overlay.Lab.Runtime;

namespace Overlay.Bench.Cni;

/// <summary>
/// ADD and DEL through the plugin binary, policy in force, against ptp + host-local doing the same wiring without policy;
/// both called in turn, so that noise meets both.
/// </summary>
internal static class PodWiringFigures
{
    private const string Peer = "ptp + host-local";
    private const int Rounds = 15;

    /// <summary>Measures with one rule backend.</summary>
    /// <param name="lab">The cluster.</param>
    /// <param name="book">Where figures go.</param>
    /// <param name="prefix">What the figures' names begin with.</param>
    /// <param name="goal">The wanted ratio.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task MeasureAsync(LabCluster lab, FigureBook book, string prefix, double goal, CancellationToken cancel)
    {
        if (!PtpPeer.IsInstalled)
            throw new InvalidOperationException("the peer is missing: install the package containernetworking-plugins (make setup does).");
        await lab.CreateNamespaceAsync("bench", null, cancel);
        await lab.Api.CreateAsync("apis/overlay-cni.io/v1alpha1/namespaces/bench/overlaypolicies", Policy(), cancel);

        using var ptp = new PtpPeer(lab.Instance);
        var number = 0;
        Func<int, string> workload = pod => $"app-{pod % 5}";
        await using var ours = new Attachments(
            lab.Nodes[0].Runtime,
            CniRuntime.Configuration().ToJsonString(),
            lab.Instance.Folder,
            async stop =>
            {
                var name = $"pod-{++number}";
                var pod = await lab.CreatePodAsync("bench", name, new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = workload(number) }, lab.Nodes[0].Name, null, stop);
                return Sandbox.New(lab.Instance, lab.Nodes[0].Name, "bench", name, (string)pod["metadata"]!["uid"]!);
            });
        await using var theirs = new Attachments(
            ptp.Runtime,
            ptp.Configuration,
            lab.Instance.Folder,
            _ => Task.FromResult(Sandbox.New(lab.Instance, "ptp", "bench", $"peer-{++number}", "none")));

        // The first calls pay for cold caches on both sides.
        await ours.FillAsync(2, cancel);
        await theirs.FillAsync(2, cancel);
        foreach (var pods in (int[])[1, 50, 110])
            await AtAsync(pods, ours, theirs, (name, a, b) => book.Add(Compare(prefix + name, a, b, goal)), cancel);
        await InParallelAsync(50, ours, theirs, (name, a, b) => book.Add(Compare(prefix + name, a, b, goal)), cancel);
        await ours.FillAsync(0, cancel);
        await theirs.FillAsync(0, cancel);
        workload = pod => $"first-{pod}";
        await FirstAsync(ours, theirs, (name, a, b) => book.Add(Compare(prefix + name, a, b, goal)), cancel);
    }

    /// <summary>Each pod is the first of its workload on the node.</summary>
    private static async Task FirstAsync(Attachments ours, Attachments theirs, Action<string, List<double>, List<double>> found, CancellationToken cancel)
    {
        List<double> add = [], peerAdd = [];
        for (var i = 0; i < Rounds; i++)
        {
            add.Add(await ours.AddAsync(cancel));
            peerAdd.Add(await theirs.AddAsync(cancel));
        }

        found("add-of-a-workloads-first-pod", add, peerAdd);
    }

    private static async Task AtAsync(int pods, Attachments ours, Attachments theirs, Action<string, List<double>, List<double>> found, CancellationToken cancel)
    {
        await ours.FillAsync(pods - 1, cancel);
        await theirs.FillAsync(pods - 1, cancel);
        List<double> add = [], del = [], peerAdd = [], peerDel = [];
        for (var i = 0; i < Rounds; i++)
        {
            add.Add(await ours.AddAsync(cancel));
            peerAdd.Add(await theirs.AddAsync(cancel));
            del.Add(await ours.DeleteAsync(cancel));
            peerDel.Add(await theirs.DeleteAsync(cancel));
        }

        found($"add-at-{pods}-pods", add, peerAdd);
        found($"del-at-{pods}-pods", del, peerDel);
    }

    private static async Task InParallelAsync(int count, Attachments ours, Attachments theirs, Action<string, List<double>, List<double>> found, CancellationToken cancel)
    {
        List<double> add = [], peerAdd = [], del = [], peerDel = [], gone = [], peerGone = [];
        for (var i = 0; i < 3; i++)
        {
            await ours.FillAsync(0, cancel);
            await theirs.FillAsync(0, cancel);
            add.Add(await ours.AddManyAsync(count, cancel));
            peerAdd.Add(await theirs.AddManyAsync(count, cancel));
            Note(await ours.DeleteManyAsync(count, cancel), del, gone);
            Note(await theirs.DeleteManyAsync(count, cancel), peerDel, peerGone);
        }

        found($"add-{count}-in-parallel", add, peerAdd);
        found($"del-{count}-in-parallel", del, peerDel);
        found($"del-{count}-in-parallel-until-the-devices-are-gone", gone, peerGone);

        static void Note((double Answered, double Gone) took, List<double> answered, List<double> gone)
        {
            answered.Add(took.Answered);
            gone.Add(took.Gone);
        }
    }

    private static Figure Compare(string name, List<double> ours, List<double> theirs, double goal) => new(name, "ms", ours.Median())
    {
        Baseline = theirs.Median(),
        Against = Peer,
        Goal = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"<= {goal}x"),
        Reached = ours.Median() <= goal * theirs.Median(),
        Samples = ours,
        BaselineSamples = theirs,
    };

    private static JsonObject Policy() => new()
    {
        ["apiVersion"] = "overlay-cni.io/v1alpha1",
        ["kind"] = "OverlayPolicy",
        ["metadata"] = new JsonObject { ["name"] = "only-from-app-0", ["namespace"] = "bench" },
        ["spec"] = new JsonObject
        {
            ["podSelector"] = new JsonObject(),
            ["ingress"] = new JsonArray(new JsonObject
            {
                ["from"] = new JsonArray(new JsonObject { ["podSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "app-0" } } }),
                ["ports"] = new JsonArray(new JsonObject { ["protocol"] = "TCP", ["port"] = 8080 }),
            }),
        },
    };
}
