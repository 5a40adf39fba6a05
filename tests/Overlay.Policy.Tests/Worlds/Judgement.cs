using Overlay.Api.Policies;
using Overlay.Api.Wire;

namespace Overlay.Policy.Tests.Worlds;

/// <summary>The compiled table of a world whose pods are all on one node, asked as packets ask it.</summary>
internal sealed class Judgement
{
    private readonly VerdictTableJudge _judge;
    private readonly Dictionary<string, Sender> _senders;

    public Judgement(PolicyInputs inputs)
    {
        Table = PolicyCompiler.Compile(inputs);
        _judge = new VerdictTableJudge(Table);
        _senders = Table.Senders.ToDictionary(sender => sender.Pod, StringComparer.Ordinal);
    }

    public VerdictTable Table { get; }

    /// <summary>Whether a connection passes. A pod is <c>namespace/name</c>; <c>outside</c> and <c>node</c> are themselves.</summary>
    public bool Allows(string from, string to, int port = 80, PortProtocol? protocol = PortProtocol.TCP) => Verdict(from, to, port, protocol).Allowed;

    public Verdict Verdict(string from, string to, int port = 80, PortProtocol? protocol = PortProtocol.TCP) =>
        _senders.TryGetValue(to, out var destination)
            ? _judge.Judge(destination.Workload, MarkOf(from), protocol, (ushort)port)
            : _judge.JudgeExit(_senders[from].Workload, protocol, (ushort)port);

    /// <summary>The same while the sender's agent has not yet heard of egress policies.</summary>
    public bool AllowsUnflagged(string from, string to, int port, PortProtocol? protocol) =>
        _judge.Judge(_senders[to].Workload, MarkOf(from) & ~NodeMark.EgressIsolated, protocol, (ushort)port).Allowed;

    public Destination Destination(string pod) => Table.Destinations.Single(destination => destination.Workload == _senders[pod].Workload);

    public Sender Sender(string pod) => _senders[pod];

    private uint MarkOf(string from) =>
        from switch
        {
            "outside" => NodeMark.Of(Tag.Outside, false),
            "node" => NodeMark.Of(Tag.Node, false),
            _ => _senders[from].Mark,
        };
}
