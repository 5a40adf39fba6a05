using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Overlay.CniPlugin.Tests.Bed;

namespace Overlay.CniPlugin.Tests;

/// <summary>First in a chain with the upstream plugins tuning, portmap and bandwidth behind, as Debian's containernetworking-plugins has them.</summary>
public sealed class ChainTests : IAsyncLifetime
{
    private const string Folder = "/usr/lib/cni";
    private const int Port = 8089;

    private NodeBed _node = null!;

    public async ValueTask InitializeAsync() => _node = await NodeBed.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    /// <remarks>markMasqBit 13, the plugin's default: Overlay leaves bits 12 to 15 of a mark to others, on an iptables node 13 to 15; 14 is kube-proxy's.</remarks>
    [Fact]
    public async Task Plugins_behind_us_do_their_work_on_our_result()
    {
        var pod = _node.Pod();
        JsonObject[] behind =
        [
            new() { ["type"] = "tuning", ["sysctl"] = new JsonObject { ["net.ipv4.conf.eth0.arp_ignore"] = "1" } },
            new()
            {
                ["type"] = "portmap", ["markMasqBit"] = 13,
                ["runtimeConfig"] = new JsonObject { ["portMappings"] = new JsonArray(new JsonObject { ["hostPort"] = Port, ["containerPort"] = 80, ["protocol"] = "tcp" }) },
            },
            new() { ["type"] = "bandwidth", ["runtimeConfig"] = new JsonObject { ["bandwidth"] = new JsonObject { ["ingressRate"] = 10_000_000, ["ingressBurst"] = 1_000_000 } } },
        ];

        var result = _node.Add(pod, "1.0.0").Stdout;
        foreach (var plugin in behind)
            result = Call("ADD", plugin, pod, result);
        var address = JsonNode.Parse(result)!["ips"]![0]!["address"]!.ToString().Split('/')[0];
        using var inside = NodeBed.Enter(pod);
        using var server = inside.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 80));
            socket.Listen(1);
            return socket;
        });
        using var client = _node.Enter(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await client.ConnectAsync(new IPEndPoint(IPAddress.Parse("192.0.2.1"), Port), TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        inside.Run(() => File.ReadAllText("/proc/sys/net/ipv4/conf/eth0/arp_ignore").Trim()).Should().Be("1");
        _node.Kernel.Qdiscs().Should().Contain(q => q.Bucket != null && q.Bucket.Rate == 1_250_000);

        _node.Check(pod, result, "1.0.0").Code.Should().Be(0, "what plugins behind us added is no concern of ours");
        foreach (var plugin in behind.Where(plugin => (string?)plugin["type"] != "portmap")) // whose CHECK looks for IPv6 rules of a pod without IPv6 (1.1.1)
            Call("CHECK", plugin, pod, result);
        foreach (var plugin in behind.Reverse())
            Call("DEL", plugin, pod, result);
        _node.Del(pod).Code.Should().Be(0);
        _node.Veths.Should().BeEmpty();
    }

    private string Call(string command, JsonObject plugin, BedPod pod, string previous)
    {
        var configuration = plugin.DeepClone().AsObject();
        configuration["cniVersion"] = "1.0.0";
        configuration["name"] = "overlay";
        configuration["prevResult"] = JsonNode.Parse(previous);
        var start = new ProcessStartInfo(Path.Combine(Folder, plugin["type"]!.ToString())) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in NodeBed.Variables(command, pod.Container, pod))
            start.Environment[name] = value;
        start.Environment["CNI_PATH"] = Folder;
        using var process = _node.Enter(() => Process.Start(start)!);
        process.StandardInput.Write(configuration.ToJsonString());
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(0, $"{command} of {plugin["type"]}: {output}");
        return output;
    }
}
