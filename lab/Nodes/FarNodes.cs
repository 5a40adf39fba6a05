using System.Globalization;
using System.Text.Json.Nodes;

namespace Overlay.Lab.Nodes;

/// <summary>Subnets of nodes that do not exist, as an operator gives them out in a big cluster. Only while no operator runs: it would take them back.</summary>
public static class FarNodes
{
    /// <summary>The most there are addresses for.</summary>
    public const int Most = 14_000;

    /// <summary>How many calls of the API server are under way.</summary>
    private const int AtOnce = 8;

    /// <summary>Writes the first of them.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancel">Ends it early.</param>
    public static Task JoinAsync(LabCluster lab, int count, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(lab);
        return Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (n, stop) => await lab.Api.CreateAsync(LabCluster.SubnetsPath, Subnet(n), stop));
    }

    /// <summary>One of them.</summary>
    /// <param name="n">Which, from 0.</param>
    public static JsonObject Subnet(int n)
    {
        var (high, low) = (n / 256, n % 256);
        return new JsonObject
        {
            ["apiVersion"] = "overlay-cni.io/v1alpha1",
            ["kind"] = "Subnet",
            ["metadata"] = new JsonObject { ["name"] = Text($"10.{200 + high}.{low}.0-24") },
            ["spec"] = new JsonObject
            {
                ["cidr"] = Text($"10.{200 + high}.{low}.0/24"),
                ["nodeName"] = Text($"far-{n}"),
                ["nodeUid"] = Text($"00000000-0000-0000-0000-{n:x12}"),
                ["underlayAddresses"] = new JsonArray(Text($"172.{16 + high / 8}.{(high % 8 * 32) + (low / 8)}.{(low % 8 * 10) + 1}")),
                ["vtepAddress"] = Text($"10.{200 + high}.{low}.0"),
                ["vtepMac"] = Text($"0a:00:00:00:{high:x2}:{low:x2}"),
            },
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
