using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>Plays kube-proxy on each node, and gives Services their addresses, which a kube-apiserver does.</summary>
internal sealed class ClusterServices(LabCluster lab)
{
    private const int FirstAddress = 10;
    private readonly IPEndPoint _server = new(lab.Underlay.SwitchAddress, 6443);
    private int _given;
    private string _written = "";

    /// <summary>The Service <c>kubernetes</c>.</summary>
    public static IPEndPoint ApiServer { get; } = new(IPAddress.Parse("10.96.0.1"), 443);

    /// <summary>Leads the Service <c>kubernetes</c> to the lab's API server.</summary>
    public void Provide() => Write(ServiceRules.Text(ApiServer, _server, [], []));

    /// <summary>Gives new Services their addresses, and leads all to their pods.</summary>
    public async Task PassAsync(IReadOnlyList<JsonObject> services, IReadOnlyList<JsonObject> pods, CancellationToken cancel)
    {
        foreach (var service in services.Where(s => (string?)s["spec"]!["clusterIP"] is null or ""))
        {
            var metadata = service["metadata"]!;
            var address = string.Create(CultureInfo.InvariantCulture, $"10.96.0.{FirstAddress + _given++}");
            service["spec"]!["clusterIP"] = address;
            await lab.Api.PatchAsync(
                $"api/v1/namespaces/{(string)metadata["namespace"]!}/services/{(string)metadata["name"]!}",
                new JsonObject { ["spec"] = new JsonObject { ["clusterIP"] = address, ["clusterIPs"] = new JsonArray(address) } },
                cancel);
        }

        Write(ServiceRules.Text(ApiServer, _server, services, pods));
    }

    private void Write(string text)
    {
        if (text == _written)
            return;
        foreach (var node in lab.Nodes)
            node.Run("nft", text).Checked();
        _written = text;
    }
}
