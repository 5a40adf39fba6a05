using System.Globalization;
using System.Text;
using Overlay.Lab;
using Overlay.Lab.Nodes;

namespace Overlay.Bench.Datapath;

/// <summary>
/// The ways that packets of the very same pods, veths and VXLAN can go while agents are halted: through our rules, or with our rules asleep, so that
/// connections are tracked and nothing is judged. Back and forth costs milliseconds, whatever the tables hold.
/// </summary>
/// <param name="lab">The cluster; its agents are halted from here to the end.</param>
/// <param name="isIptables">Whether its nodes use iptables.</param>
internal sealed class Paths(LabCluster lab, bool isIptables) : IDisposable
{
    private const string Beside = "bench_baseline";
    private const int Stop = 19;
    private const int Go = 18;

    private const string TrackedOnly = $"add table inet {Beside}; "
        + $"add chain inet {Beside} forward {{ type filter hook forward priority filter; policy accept; }}; "
        + $"add rule inet {Beside} forward ct state new counter; ";

    private const string Masquerading = $"add chain inet {Beside} leaving {{ type nat hook postrouting priority srcnat; policy accept; }}; "
        + $"add rule inet {Beside} leaving iifname \"none\" masquerade; ";

    /// <summary>Halts the agents: what is measured is the path, and nothing mends what the baselines take out.</summary>
    public void Halt()
    {
        foreach (var node in lab.Nodes)
            node.Agent.Signal(Stop);
    }

    /// <summary>Connection tracking, nothing else.</summary>
    public void Tracked() => OnEachNode(_ => Asleep() + TrackedOnly);

    /// <summary>Connection tracking, and source NAT for what leaves the cluster, as kube-proxy and each network plugin bring it.</summary>
    public void Translated() => OnEachNode(_ => Asleep() + TrackedOnly + Masquerading);

    /// <summary>A list of accepting rules that is walked from its head, as silk and other chains of one rule a pair have it.</summary>
    /// <param name="rules">How many are passed over before the one that accepts.</param>
    /// <param name="port">The port that the last of them accepts.</param>
    public void Listed(int rules, int port) => OnEachNode(node => Asleep() + TrackedOnly + Chain(node, rules, port));

    /// <summary>Our rules again.</summary>
    public void Ours() => OnEachNode(_ => isIptables ? "" : "add table inet overlay; ");

    public void Dispose()
    {
        Ours();
        foreach (var node in lab.Nodes)
            node.Agent.Signal(Go);
    }

    private void OnEachNode(Func<LabNode, string> commands)
    {
        foreach (var node in lab.Nodes)
        {
            node.Run("nft", $"add table inet {Beside}; delete table inet {Beside}").Checked();
            if (commands(node) is { Length: > 0 } text)
            {
                // Longer than the kernel takes as an argument.
                var path = Path.Combine(lab.Instance.Folder, "bench.nft");
                File.WriteAllText(path, text);
                node.Run("nft", "-f", path).Checked();
            }
        }
    }

    private string Asleep() => isIptables
        ? throw new InvalidOperationException("the iptables backend has no switch: its figures stand beside the baselines of nftables.")
        : "add table inet overlay { flags dormant; }; ";

    private static string Chain(LabNode node, int rules, int port)
    {
        var text = new StringBuilder($"add chain inet {Beside} one_by_one; ");
        for (var n = 0; n < rules; n++)
            text.Append(CultureInfo.InvariantCulture, $"add rule inet {Beside} one_by_one meta mark {0x100 + n} tcp dport {7000 + (n % 1000)} accept; ");
        text.Append(CultureInfo.InvariantCulture, $"add rule inet {Beside} one_by_one tcp dport {port} accept; add rule inet {Beside} one_by_one tcp sport {port} accept; ");
        return text.Append(CultureInfo.InvariantCulture, $"add rule inet {Beside} forward jump one_by_one; ").ToString();
    }
}
