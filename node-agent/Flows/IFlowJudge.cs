using Overlay.Api.Wire;
using Overlay.Policy;

namespace Overlay.NodeAgent.Flows;

/// <summary>Says why, by the policies that the rules were last made from.</summary>
internal interface IFlowJudge
{
    /// <summary>The pods behind a tag, as far as its record tells; null: nothing is known of it.</summary>
    Endpoint? PodBehind(Tag tag);

    /// <summary>Which policies and rules decide.</summary>
    Explanation Explain(Endpoint source, Endpoint destination, IpProtocol protocol, ushort port);

    /// <summary>The same if the policies that are only audited were enforced; null while none is.</summary>
    Explanation? Audit(Endpoint source, Endpoint destination, IpProtocol protocol, ushort port);
}
