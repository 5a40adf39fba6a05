using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Overlay.Netlink;

namespace Overlay.EndToEnd.Tests.Runtimes;

/// <summary>A sandbox as the runtime describes it (PodSandboxStatus).</summary>
/// <param name="Id">The runtime's name for it, which is CNI's container id.</param>
/// <param name="Addresses">Its addresses.</param>
/// <param name="ProcessId">What holds it.</param>
/// <param name="NetworkNamespacePath">What CNI is given.</param>
internal sealed record Sandbox(string Id, IReadOnlyList<IPAddress> Addresses, int ProcessId, string NetworkNamespacePath)
{
    /// <summary>Its first address.</summary>
    public IPAddress Address => Addresses[0];

    /// <summary>Opens its network namespace.</summary>
    public NetworkNamespace Open() => NetworkNamespace.OfProcess(ProcessId);

    /// <summary>Reads the verbose answer: status 1 (network 5: ip 1, more in 2), and info 2, a map whose value under "info" is JSON.</summary>
    public static Sandbox Read(string id, ByteString answer)
    {
        var network = CriMessage.At(answer, 1, 5);
        var addresses = CriMessage.All(network, 2).Select(more => CriMessage.At(more, 1)).Prepend(CriMessage.At(network, 1)).Select(text => IPAddress.Parse(text.ToStringUtf8()));
        var info = CriMessage.All(answer, 2).Single(pair => CriMessage.At(pair, 1).ToStringUtf8() == "info");
        var json = JsonNode.Parse(CriMessage.At(info, 2).ToStringUtf8())!;
        var spaces = json["runtimeSpec"]!["linux"]!["namespaces"]!.AsArray();
        var own = spaces.Single(space => (string)space!["type"]! == "network")!;
        return new Sandbox(id, [.. addresses], (int)json["pid"]!, (string)own["path"]!);
    }

    /// <summary>For messages.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"sandbox {Id} at {Address}");
}
