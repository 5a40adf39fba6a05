using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Overlay.Conformance.Playing;
using Overlay.Lab;
using Overlay.Lab.State;

namespace Overlay.Conformance.Packets;

/// <summary>Plays cases with packets: those with IPv4 pods in one lab, those with IPv6 pods in another, one after the other.</summary>
internal static class PacketsRun
{
    /// <exception cref="LabException">No lab could be built, or its agents run another rule engine than asked for.</exception>
    public static async Task<IReadOnlyList<CaseResult>> PlayAsync(IReadOnlyList<AskedCase> asked, string backend, CancellationToken cancel)
    {
        var results = new List<CaseResult>();
        foreach (var family in asked.GroupBy(FamilyOf).OrderBy(f => f.Key))
        {
            if (family.Key == AddressFamily.InterNetworkV6 && !File.Exists("/proc/net/if_inet6"))
            {
                results.AddRange(family.Select(a => new CaseResult(a.Suite, a.Case.Id) { Skipped = "this kernel has no IPv6" }));
                continue;
            }

            var progress = new StepLines();
            var instance = InstanceOf(family.Key, backend);
            using var alone = LabLock.Take(instance);
            await using var cluster = await PacketsCluster.StartAsync(instance, family.Key, backend, progress, cancel);
            results.AddRange(await ConformanceRun.PlayAsync(new CasePlayer(cluster), family, cancel));
        }

        return results;
    }

    private static AddressFamily FamilyOf(AskedCase asked) =>
        asked.Environment.Pods.Where(pod => !pod.HostNetwork).Select(pod => IPAddress.Parse(pod.Ip).AddressFamily).FirstOrDefault(AddressFamily.InterNetwork);

    /// <summary>A lab of this checkout and rule engine: a killed run's is swept by the next, and two checkouts or engines do not meet.</summary>
    private static LabInstance InstanceOf(AddressFamily family, string backend) =>
        new($"ovt-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(LabPaths.Repository())))[..6]}-{backend}{(family == AddressFamily.InterNetwork ? 4 : 6)}");

    private sealed class StepLines : IProgress<LabStep>
    {
        public void Report(LabStep value) => Console.Error.WriteLine($"lab: {value.Name}: {value.Detail} ({value.Elapsed.TotalSeconds:0.0} s)");
    }
}
