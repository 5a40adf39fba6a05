using System.Net;
using Overlay.Kube.Metrics;
using Overlay.Kube.Probes;

namespace Overlay.Kube.Tests.Probes;

/// <summary>Where probes are answered.</summary>
public sealed class ProbeServerTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task All_addresses_of_IPv6_are_those_of_IPv4_too(string host)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var probes = new ProbeServer(new IPEndPoint(IPAddress.IPv6Any, 0), new MetricRegistry());
        var run = probes.RunAsync(stop.Token);
        using var http = new HttpClient();

        (await http.GetStringAsync(new Uri($"http://{host}:{probes.Endpoint.Port}/healthz"), cancel)).Should().Be("ok\n");

        await stop.CancelAsync();
        await ((Func<Task>)(() => run)).Should().ThrowAsync<OperationCanceledException>();
    }
}
