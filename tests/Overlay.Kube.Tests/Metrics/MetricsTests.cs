using System.Net;
using Overlay.Kube.Memory;
using Overlay.Kube.Metrics;
using Overlay.Kube.Probes;

namespace Overlay.Kube.Tests.Metrics;

public sealed class MetricsTests
{
    private readonly MetricRegistry _metrics = new();

    [Fact]
    public void They_read_as_Prometheus_has_them()
    {
        var requests = _metrics.Counter("a_requests_total", "Requests\nserved.", "code", "path");
        requests.Increment("200", "/b");
        requests.Add(2, "200", "/a\"\\\n");
        _metrics.Gauge("b_pods", "Pods.").Set(3.5);
        _metrics.Gauge("c_read", "Read when asked.", () => double.PositiveInfinity);
        var seconds = _metrics.Histogram("d_seconds", "Duration.", [0.1, 1]);
        seconds.Observe(0.1);
        seconds.Observe(TimeSpan.FromSeconds(0.5));
        seconds.Observe(9);

        _metrics.Write().Should().Be("""
            # HELP a_requests_total Requests\nserved.
            # TYPE a_requests_total counter
            a_requests_total{code="200",path="/a\"\\\n"} 2
            a_requests_total{code="200",path="/b"} 1
            # HELP b_pods Pods.
            # TYPE b_pods gauge
            b_pods 3.5
            # HELP c_read Read when asked.
            # TYPE c_read gauge
            c_read +Inf
            # HELP d_seconds Duration.
            # TYPE d_seconds histogram
            d_seconds_bucket{le="0.1"} 1
            d_seconds_bucket{le="1"} 2
            d_seconds_bucket{le="+Inf"} 3
            d_seconds_sum 9.6
            d_seconds_count 3

            """);
    }

    [Fact]
    public void Misuse_is_told()
    {
        var counter = _metrics.Counter("x_total", "X.", "label");

        counter.Invoking(c => c.Increment()).Should().Throw<ArgumentException>().WithMessage("*x_total has 1 labels (label)*");
        counter.Invoking(c => c.Add(-1, "a")).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => _metrics.Gauge("x_total", "Again.")).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task The_probes_tell_health_readiness_and_metrics()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ProcessMetrics.AddTo(_metrics);
        using var probes = new ProbeServer(new IPEndPoint(IPAddress.Loopback, 0), _metrics);
        string? missing = "subnets not listed yet";
        probes.Readiness.Add("synced", () => missing);
        probes.Readiness.Add("rules", () => null);
        var running = probes.RunAsync(stop.Token);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{probes.Endpoint}") };

        (await http.GetAsync("/healthz", cancel)).StatusCode.Should().Be(HttpStatusCode.OK);
        var notReady = await http.GetAsync("/readyz", cancel);
        notReady.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await notReady.Content.ReadAsStringAsync(cancel)).Should().Be("[-]synced failed: subnets not listed yet\n[+]rules ok\nnot ok\n");
        missing = null;
        (await http.GetAsync("/readyz?verbose", cancel)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await http.GetStringAsync("/metrics", cancel)).Should().MatchRegex(@"process_resident_memory_bytes \d{7,}\n");
        (await http.GetAsync("/other", cancel)).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await http.PostAsync("/healthz", null, cancel)).StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);

        await stop.CancelAsync();
        await FluentActions.Awaiting(() => running).Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory]
    [InlineData(100, 100, 100, 61, false)]
    [InlineData(100, 9_000_000, 100, 61, true)]
    [InlineData(100, 9_000_000, 100, 13, false)]
    [InlineData(100, 9_000_000, 7_000_000, 13, true)]
    [InlineData(100, 9_000_000, 7_000_000, 12, false)]
    [InlineData(100, 90_000_000, 100, 1, true)]
    [InlineData(9_000_000, 90_000_000, 9_000_000, 61, false)]
    public void Memory_is_given_back_in_quiet_moments_when_there_is_some(long lately, long inAll, long grown, int looks, bool due) =>
        IdleTrim.IsDue(lately, inAll, grown, looks).Should().Be(due);
}
