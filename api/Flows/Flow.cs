using System.Collections.Immutable;

namespace Overlay.Api.Flows;

/// <summary>A packet that was denied, or a connection that was allowed, as an agent tells it: one line of JSON in its log, and to <c>kubectl overlay flows</c>.</summary>
public sealed record Flow
{
    /// <summary>Says what this line is, to those who sort lines of many programs: always <c>flow</c>.</summary>
    public string Event { get; set; } = "flow";

    /// <summary>When the agent heard of it.</summary>
    public DateTimeOffset Time { get; set; }

    /// <summary>The node that judged it.</summary>
    public string Node { get; set; } = "";

    /// <summary>What became of it.</summary>
    public FlowVerdict Verdict { get; set; }

    /// <summary>Whose rules decided: the destination's (Ingress) or the source's (Egress).</summary>
    public FlowDirection Direction { get; set; }

    /// <summary>The protocol, by its name or number in the IP header.</summary>
    public string Protocol { get; set; } = "";

    /// <summary>ICMP's type; null for other protocols.</summary>
    public int? IcmpType { get; set; }

    /// <summary>ICMP's code; null for other protocols.</summary>
    public int? IcmpCode { get; set; }

    /// <summary>Who opened the connection.</summary>
    public FlowEnd Source { get; set; } = new();

    /// <summary>To whom, after address translation.</summary>
    public FlowEnd Destination { get; set; } = new();

    /// <summary>The rules that decide, as <c>shop/front ingress[0]</c>; else the policies that isolate; none when a default decides.</summary>
    public ImmutableArray<string> DecidedBy { get; set; } = [];

    /// <summary>The same in a sentence.</summary>
    public string Reason { get; set; } = "";
}

/// <summary>What became of a flow.</summary>
public enum FlowVerdict
{
    /// <summary>It was denied.</summary>
    Denied,

    /// <summary>It was allowed.</summary>
    Allowed,

    /// <summary>It was allowed, and would be denied if the policies that are only audited were enforced.</summary>
    Audit,
}

/// <summary>Whose rules decided.</summary>
public enum FlowDirection
{
    /// <summary>The destination's.</summary>
    Ingress,

    /// <summary>The source's.</summary>
    Egress,
}
