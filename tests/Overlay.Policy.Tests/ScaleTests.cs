using System.Diagnostics;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests;

/// <summary>A node's whole table out of a big cluster. The bounds are loose, for busy machines; the output says what was measured.</summary>
public class ScaleTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(20, false)]
    [InlineData(20, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public void A_thousand_policies_over_a_thousand_workloads_compile_fast(int namespaces, bool withEgress)
    {
        var inputs = Cluster(namespaces, withEgress);
        VerdictTable table = PolicyCompiler.Compile(inputs);
        var best = TimeSpan.MaxValue;
        var allocated = 0L;
        for (var i = 0; i < 10; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            table = PolicyCompiler.Compile(inputs);
            var took = Stopwatch.GetElapsedTime(start);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            best = took < best ? took : best;
        }

        output.WriteLine(
            $"{namespaces} namespaces, egress {withEgress}: {best.TotalMilliseconds:0.0} ms, {allocated / 1024} KiB allocated, "
                + $"{table.Destinations.Length} destinations, {table.Destinations.Sum(d => d.Grants.Length)} grants"
        );
        table.Destinations.Should().HaveCount(110);
        table.Destinations.Should().OnlyContain(destination => !destination.IsOpen);
        best.Should().BeLessThan(TimeSpan.FromSeconds(3));
        allocated.Should().BeLessThan(64 << 20);
    }

    /// <summary>Each workload has a policy: in from its neighbour, and, if asked for, out to its other neighbour and to DNS.</summary>
    private static PolicyInputs Cluster(int namespaces, bool withEgress)
    {
        const int Workloads = 1000;
        var world = new World { WorkloadLabels = ["app"] };
        for (var i = 0; i < Workloads; i++)
        {
            var ns = $"ns{i % namespaces}";
            world.Pod($"{ns}/p{i}", $"app=w{i},hash=h{i}");
            var egress = withEgress
                ? $", egress: [{{to: [{{podSelector: {{matchLabels: {{app: w{i + namespaces}}}}}}}]}}, {{to: [{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: ns0}}}}, podSelector: {{matchLabels: {{app: w0}}}}}}], ports: [{{protocol: UDP, port: 53}}]}}]"
                : "";
            world.Policy(
                new OverlayPolicy
                {
                    Metadata = new ObjectMeta { Namespace = ns, Name = $"policy{i}" },
                    Spec = Yaml.Read<OverlayPolicySpec>(
                        $"{{podSelector: {{matchLabels: {{app: w{i}}}}}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: w{i - namespaces}}}}}}}], ports: [{{port: 80}}]}}]{egress}}}"
                    ),
                }
            );
        }

        var inputs = world.Inputs();
        return inputs with { Pods = [.. inputs.Pods.Take(110)] };
    }
}
