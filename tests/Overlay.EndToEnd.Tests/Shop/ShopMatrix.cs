using System.Net.Sockets;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab;
using Overlay.Lab.Matrix;
using Overlay.Lab.Shop;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>Who reaches whom in the example shop, by real connections.</summary>
internal static class ShopMatrix
{
    /// <summary>What examples/README.md promises: client, then the services it reaches beside its own.</summary>
    private static readonly Dictionary<string, string[]> Promised = new(StringComparer.Ordinal)
    {
        ["frontend"] = ["cart:8080", "catalog-1:8080", "catalog-2:8080"],
        ["cart"] = ["frontend:8080", "gateway:8443"],
        ["catalog-1"] = [],
        ["catalog-2"] = [],
        ["gateway"] = ["frontend:8080"],
        ["prometheus"] = ["frontend:8080", "cart:9100", "gateway:9100"],
    };

    /// <summary>Waits until everybody reaches everybody.</summary>
    public static Task IsOpenAsync(IReadOnlyList<LabPod> pods, AddressFamily family) => HoldsAsync(pods, family, (_, _) => true);

    /// <summary>Waits until only what examples/policies allow gets through.</summary>
    public static Task IsAsPromisedAsync(IReadOnlyList<LabPod> pods, AddressFamily family) =>
        HoldsAsync(pods, family, (client, service) => Promised[client].Contains(service, StringComparer.Ordinal));

    private static async Task HoldsAsync(IReadOnlyList<LabPod> pods, AddressFamily family, Func<string, string, bool> expected)
    {
        var wrong = "";
        await Until.TrueAsync(
            TimeSpan.FromSeconds(20),
            $"the matrix by {family} to be as promised",
            async () =>
            {
                var matrix = await ConnectivityMatrix.TryAsync(pods, ShopFloor.Services(pods), TestContext.Current.CancellationToken, family);
                wrong = string.Join(", ", matrix.Cells.Keys
                    .Where(c => !c.Service.StartsWith(c.Client + ":", StringComparison.Ordinal) && matrix.Reaches(c.Client, c.Service) != expected(c.Client, c.Service))
                    .Select(c => $"{c.Client}->{c.Service}: {matrix.Cells[c]}"));
                return wrong.Length == 0;
            },
            () => wrong);
    }
}
