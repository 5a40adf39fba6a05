using System.Net.Sockets;
using Overlay.Netlink;

namespace Overlay.NodeAgent.Rules.Forwarding;

/// <summary>The tables of the old iptables that are in use. Asked of the kernel: asking the program itself would create them.</summary>
internal static class LegacyTables
{
    /// <summary>Their names, as <c>filter</c>.</summary>
    /// <param name="family">The family.</param>
    /// <param name="inside">The namespace; null: this process' own.</param>
    internal static IReadOnlyList<string> InUse(AddressFamily family, NetworkNamespace? inside)
    {
        return inside is null ? Read() : inside.Run(Read);

        string[] Read()
        {
            try
            {
                return File.ReadAllLines($"/proc/thread-self/net/{(family == AddressFamily.InterNetwork ? "ip_tables_names" : "ip6_tables_names")}");
            }
            catch (IOException)
            {
                return [];
            }
        }
    }
}
