using System.Globalization;
using System.Net;
using Overlay.Kube.Core;

namespace Overlay.Cli.Explain.Kernel;

/// <summary>Whom to ask, and what, to learn of the kernel's verdict. Pure.</summary>
/// <param name="Node">The node that judges: the destination's; of what leaves the overlay the source's.</param>
/// <param name="SourceNode">The source's node; null: the source is no pod.</param>
/// <param name="Source">The source's address.</param>
/// <param name="Destination">The destination's, of the same family.</param>
/// <param name="OuterTag">The tag of a source that is no pod: 1 of a node, 0 of one outside.</param>
internal sealed record KernelQuestion(string Node, string? SourceNode, IPAddress Source, IPAddress Destination, int OuterTag)
{
    /// <summary>Makes the question.</summary>
    /// <param name="from">Who opens the connection.</param>
    /// <param name="to">To whom.</param>
    /// <param name="whyNot">Why there is none.</param>
    /// <returns>Null when no kernel can be asked.</returns>
    public static KernelQuestion? Of(FoundEnd from, FoundEnd to, out string whyNot)
    {
        whyNot = "";
        var (source, destination) = (Local(from), Local(to));
        if ((destination ?? source)?.Spec.NodeName is not { Length: > 0 } node)
            whyNot = $"{(destination is null ? from : to).Name} is on no node yet";
        else if (Addresses(from, to) is not var (here, there))
            whyNot = $"{from.Name} and {to.Name} have no addresses of one family";
        else
            return new KernelQuestion(node, source?.Spec.NodeName, here, there, from.Endpoint.Tag?.Value ?? 0);
        return null;
    }

    /// <summary>The words for the node that judges.</summary>
    /// <param name="asked">The protocol and port.</param>
    /// <param name="tag">The tag that the source's packets carry.</param>
    /// <param name="isolated">Whether they say that their sender's egress is isolated.</param>
    public IReadOnlyList<string> Words(PortAsked asked, int tag, bool isolated) =>
        [
            "judge", $"{Source}", $"{Destination}", $"{asked.Protocol}", asked.Port.ToString(CultureInfo.InvariantCulture), tag.ToString(CultureInfo.InvariantCulture),
            isolated ? "true" : "false",
        ];

    private static Pod? Local(FoundEnd end) => end.Pod is { Spec.HostNetwork: false } pod ? pod : null;

    private static (IPAddress From, IPAddress To)? Addresses(FoundEnd from, FoundEnd to)
    {
        foreach (var here in from.Endpoint.Addresses)
        {
            if (to.Endpoint.Addresses.FirstOrDefault(there => there.AddressFamily == here.AddressFamily) is { } found)
                return (here, found);
        }

        return null;
    }
}
