using System.Net;
using System.Net.Sockets;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab;
using Overlay.Lab.Probes;

namespace Overlay.EndToEnd.Tests.Shop;

/// <summary>
/// Four pods in two namespaces, brought in by kubectl, on which policies are tried: <c>server</c>, <c>front</c> and <c>other</c> in np-home, and in
/// np-guest a <c>guest</c> that carries front's labels. Everybody reaches everybody when it begins, and it leaves nothing behind.
/// </summary>
internal sealed class PolicyGround : IAsyncDisposable
{
    // The server names 8080 http and 9100 metrics.
    private const string Manifest = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: np-home, labels: {team: home}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: np-guest, labels: {team: guest}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: server, namespace: np-home, labels: {app: server}}
        spec: {nodeName: node1, containers: [{name: echo, image: overlay-lab/echo, ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9100}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: front, namespace: np-home, labels: {app: front}}
        spec: {nodeName: node2, containers: [{name: echo, image: overlay-lab/echo, ports: [{containerPort: 8080}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: other, namespace: np-home, labels: {app: other}}
        spec: {nodeName: node1, containers: [{name: echo, image: overlay-lab/echo, ports: [{containerPort: 8080}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: guest, namespace: np-guest, labels: {app: front}}
        spec: {nodeName: node3, containers: [{name: echo, image: overlay-lab/echo, ports: [{containerPort: 8080}]}]}
        """;

    private static readonly string[] Clients = ["front", "other", "guest"];
    private static readonly int[] Ports = [8080, 9100];
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly LabFixture _lab;
    private readonly Dictionary<string, LabPod> _pods = new(StringComparer.Ordinal);

    private PolicyGround(LabFixture lab) => _lab = lab;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<PolicyGround> OpenAsync(LabFixture lab)
    {
        var ground = new PolicyGround(lab);
        lab.Kubectl("delete", "clusternetworkpolicies", "--all").Checked();
        lab.KubectlWith(Manifest, "apply", "-f", "-").Checked();
        foreach (var name in (string[])["server", .. Clients])
            ground._pods.Add(name, await lab.Cluster.WaitRunningAsync(name is "guest" ? "np-guest" : "np-home", name, Cancel));
        await ground.SeesAsync("front:8080 front:9100 other:8080 other:9100 guest:8080 guest:9100");
        return ground;
    }

    public LabPod this[string pod] => _pods[pod];

    public void Apply(string manifest) => _lab.KubectlWith(manifest, "apply", "-f", "-").Checked();

    /// <summary>Waits until exactly these reach the server, as <c>front:8080</c>, and stay so for a moment.</summary>
    public Task SeesAsync(string expected) =>
        HoldsAsync(
            string.Join(' ', expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)),
            async () =>
            {
                var tried = await Task.WhenAll(
                    Clients.SelectMany(client => Ports.Select(async port =>
                        (Name: $"{client}:{port}", (await _pods[client].TcpAsync(_pods["server"].At(port), Cancel)).Connected))));
                return string.Join(' ', tried.Where(t => t.Connected).Select(t => t.Name).Order(StringComparer.Ordinal));
            });

    /// <summary>Waits until a pod reaches another end, or does not.</summary>
    public Task ReachesAsync(string client, IPEndPoint end, bool reaches) =>
        HoldsAsync($"{reaches}", async () => $"{await ConnectsAsync(_pods[client], end)}");

    public async ValueTask DisposeAsync()
    {
        foreach (var pod in _pods.Values)
            pod.Dispose();
        _lab.Kubectl("delete", "clusternetworkpolicies", "--all").Checked();
        _lab.Kubectl("delete", "namespace", "np-home", "np-guest", "--timeout=60s").Checked();
    }

    // A state on the way may look like the one that is expected: twice in a row is no passing moment.
    private static async Task HoldsAsync(string expected, Func<Task<string>> look)
    {
        var seen = "";
        await Until.TrueAsync(
            Soon,
            $"'{expected}'",
            async () => (seen = await look()) == expected && (seen = await look()) == expected,
            () => $"seen last: '{seen}'");
    }

    /// <summary>Whether the handshake succeeds: not every server greets.</summary>
    private static async Task<bool> ConnectsAsync(LabPod client, IPEndPoint end)
    {
        using var socket = Probe.Open(client.Space, AddressFamily.InterNetwork, SocketType.Stream);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(Probe.Patience);
        try
        {
            await socket.ConnectAsync(end, patience.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            return false;
        }
    }
}
