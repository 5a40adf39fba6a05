using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer;
using Overlay.Lab.ApiServer.Objects;

namespace Overlay.Lab.Tests.ApiServer.Contract;

/// <summary>A cluster's worth of objects; the full measure is 50,000 pods (OVERLAY_LAB_PODS), the suite makes fewer.</summary>
public sealed class ManyObjects
{
    private static int Pods => int.TryParse(Environment.GetEnvironmentVariable("OVERLAY_LAB_PODS"), CultureInfo.InvariantCulture, out var pods) ? pods : 2_000;

    [Fact]
    public async Task Lists_of_thousands_are_quick_and_a_nodes_own_pods_are_found_among_them()
    {
        using var folder = new TemporaryFolder();
        await using var server = await EmbeddedApiServer.StartAsync(new EmbeddedApiServerOptions(), TestContext.Current.CancellationToken);
        server.WriteKubeconfig(folder.File("kubeconfig"));
        using var api = new Raw(folder.File("kubeconfig"));
        var pods = server.Cluster.Catalog.Find("", "v1", "pods")!;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Pods; i++)
        {
            server.Cluster.Create(pods, "default", (JsonObject)JsonNode.Parse($$$"""
                {"metadata":{"name":"pod-{{{i}}}","labels":{"app":"app-{{{i % 100}}}"}},"spec":{"nodeName":"node-{{{i / 10}}}","containers":[{"name":"c","image":"i","ports":[{"containerPort":80}]}]}}
                """)!, new WriteOptions());
        }
        var created = clock.Elapsed;

        clock.Restart();
        using var http = new HttpClient();
        var bytes = await http.GetByteArrayAsync(new Uri(server.Address, "/api/v1/pods?resourceVersion=0"), TestContext.Current.CancellationToken);
        var sent = clock.Elapsed;

        clock.Restart();
        var list = await api.GetAsync("/api/v1/pods?resourceVersion=0");
        var listed = clock.Elapsed;
        list["items"]!.AsArray().Should().HaveCount(Pods);

        clock.Restart();
        var mine = await api.GetAsync("/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-7&resourceVersion=0");
        var selected = clock.Elapsed;
        mine["items"]!.AsArray().Should().HaveCount(10);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Pods} pods: created in {created.TotalMilliseconds:F0} ms ({created.TotalMicroseconds / Pods:F0} us each), {bytes.Length / 1_000_000} MB listed in {sent.TotalMilliseconds:F0} ms, with parsing {listed.TotalMilliseconds:F0} ms, one node's in {selected.TotalMilliseconds:F1} ms, heap {GC.GetTotalMemory(true) / 1_000_000} MB"));
        sent.Should().BeLessThan(TimeSpan.FromSeconds(5));
    }
}
