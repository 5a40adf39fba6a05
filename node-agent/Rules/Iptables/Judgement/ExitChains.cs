using Overlay.Policy;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>The chain that judges what a confined workload sends out of the overlay, or what answers it from there. Pure.</summary>
internal static class ExitChains
{
    /// <summary>Writes it.</summary>
    /// <param name="book">The mangle table's chains.</param>
    /// <param name="sets">The sets.</param>
    /// <param name="ports">How ports are matched in this family; exits are read from the workload's side.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="name">The chain.</param>
    /// <param name="allowed">Where an allowed packet goes.</param>
    /// <param name="denied">Where a denied one goes.</param>
    internal static void Write(ChainBook book, SetBook sets, PortMatch ports, LocalWorkload workload, string name, string allowed, string denied)
    {
        var chain = book[name];
        if (workload.Exits.Any(exit => exit.Protocol == IpProtocol.Other))
        {
            chain.Add(Say.Call(StaticChains.OtherProtocol));
        }

        foreach (var exits in workload.Exits.GroupBy(exit => (exit.Protocol, exit.Ports, Everywhere: exit.Addresses is null)))
        {
            var match = exits.Key.Everywhere ? "" : sets.Match(exits.Select(exit => exit.Addresses!.Value), ports.Family, !ports.PeerIsSource);
            if (match is null)
            {
                continue;
            }

            var because = Say.Comment(WorkloadChains.More(exits.Select(exit => exit.Because.ToString()).Distinct().ToList()));
            chain.AddRange(ports.Of(exits.Key.Protocol, exits.Key.Ports).Select(port => Say.Rule(match, port, because, Say.Goto(allowed))));
        }

        chain.Add(Say.Goto(denied));
    }
}
