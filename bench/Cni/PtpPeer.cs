using System.Text.Json.Nodes;
using Overlay.Lab.Runtime;
using Overlay.Lab.State;
using Overlay.Netlink;

namespace Overlay.Bench.Cni;

/// <summary>Debian's ptp with host-local on a node of its own: the same wiring (veth, addresses, routes), without policy.</summary>
internal sealed class PtpPeer : IDisposable
{
    private const string Plugins = "/usr/lib/cni";

    private readonly string name;
    private readonly string configuration;

    public PtpPeer(LabInstance instance)
    {
        name = instance.NodeNamespace("ptp");
        NetworkNamespace.Delete(name);
        var data = Path.Combine(instance.Folder, "host-local");
        Directory.CreateDirectory(data);
        configuration = new JsonObject
        {
            ["cniVersion"] = "1.0.0",
            ["name"] = "bench",
            ["type"] = "ptp",
            ["ipam"] = new JsonObject
            {
                ["type"] = "host-local",
                ["dataDir"] = data,
                ["ranges"] = new JsonArray(new JsonArray(new JsonObject { ["subnet"] = "10.99.0.0/22" })),
                ["routes"] = new JsonArray(new JsonObject { ["dst"] = "0.0.0.0/0" }),
            },
        }.ToJsonString();
        Runtime = new CniRuntime(instance, NetworkNamespace.Create(name), Path.Combine(Plugins, "ptp"), new Dictionary<string, string>(StringComparer.Ordinal));
    }

    /// <summary>The peer's binary, to tell early that it is missing.</summary>
    public static bool IsInstalled => File.Exists(Path.Combine(Plugins, "ptp"));

    public CniRuntime Runtime { get; }

    /// <summary>What the plugin reads.</summary>
    public string Configuration => configuration;

    public void Dispose()
    {
        Runtime.Node.Dispose();
        NetworkNamespace.Delete(name);
    }
}
