using System.Collections.Immutable;
using System.Net.Sockets;
using Overlay.Lab.Probes;

namespace Overlay.Lab.Matrix;

/// <summary>Who reaches whom: every pod against every service, tried with real connections.</summary>
/// <param name="Clients">The rows.</param>
/// <param name="Services">The columns.</param>
/// <param name="Cells">What each probe met.</param>
public sealed record ConnectivityMatrix(
    ImmutableArray<string> Clients,
    ImmutableArray<string> Services,
    ImmutableDictionary<(string Client, string Service), ProbeOutcome> Cells)
{
    /// <summary>Tries all pairs at once by TCP.</summary>
    /// <param name="pods">The pods: each is a client.</param>
    /// <param name="services">The services: a pod and one of its ports.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="family">By which of the services' addresses; null: by the first.</param>
    public static async Task<ConnectivityMatrix> TryAsync(
        IReadOnlyList<LabPod> pods,
        IReadOnlyList<(LabPod Pod, int Port)> services,
        CancellationToken cancel,
        AddressFamily? family = null)
    {
        ArgumentNullException.ThrowIfNull(pods);
        ArgumentNullException.ThrowIfNull(services);
        var probes = pods.SelectMany(client => services.Select(async service =>
        {
            var result = await client.TcpAsync(service.Pod.At(family ?? service.Pod.Address.AddressFamily, service.Port), cancel);
            return KeyValuePair.Create((client.Name, NameOf(service)), result.Outcome);
        }));
        var cells = await Task.WhenAll(probes);
        return new ConnectivityMatrix([.. pods.Select(p => p.Name)], [.. services.Select(NameOf)], cells.ToImmutableDictionary());
    }

    /// <summary>How a service is called: <c>cart:8080</c>.</summary>
    /// <param name="service">The pod and its port.</param>
    public static string NameOf((LabPod Pod, int Port) service) => $"{service.Pod.Name}:{service.Port}";

    /// <summary>Whether a client reaches a service.</summary>
    /// <param name="client">The client's name.</param>
    /// <param name="service">The service's name.</param>
    public bool Reaches(string client, string service) => Cells[(client, service)] == ProbeOutcome.Connected;
}
