using System.Net;
using Overlay.Api.Wire;

namespace Overlay.Conformance.Worlds;

/// <summary>The compiled table of a world whose pods are all on one node, asked as packets ask it.</summary>
public sealed class Judgement
{
    private readonly VerdictTableJudge _judge;
    private readonly Dictionary<string, Sender> _senders;
    private readonly Dictionary<string, LocalPod> _pods;

    /// <summary>Compiles.</summary>
    public Judgement(PolicyInputs inputs)
    {
        Table = PolicyCompiler.Compile(inputs);
        _judge = new VerdictTableJudge(Table);
        _senders = Table.Senders.ToDictionary(sender => sender.Pod, StringComparer.Ordinal);
        _pods = inputs.Pods.ToDictionary(pod => pod.Uid, StringComparer.Ordinal);
    }

    /// <summary>The compiled table.</summary>
    public VerdictTable Table { get; }

    /// <summary>Whether a connection passes. A pod is <c>namespace/name</c>; <c>outside</c> and <c>node</c> are themselves, an address is outside.</summary>
    public bool Allows(string from, string to, int port = 80, IpProtocol protocol = IpProtocol.TCP) => Verdict(from, to, port, protocol).Allowed;

    /// <summary>The verdict and who decided it.</summary>
    public Verdict Verdict(string from, string to, int port = 80, IpProtocol protocol = IpProtocol.TCP) =>
        _senders.TryGetValue(to, out var destination)
            ? _judge.Judge(destination.Workload, MarkOf(from), new JudgedPacket(protocol, (ushort)port, AddressOf(from)))
            : _judge.JudgeExit(_senders[from].Workload, new JudgedPacket(protocol, (ushort)port, AddressOf(to)));

    /// <summary>The same of one family's packets.</summary>
    public Verdict Verdict(World world, Question question) =>
        Verdict(MarkOf(question.From), world, question);

    /// <summary>The same with a mark that the caller makes up.</summary>
    public Verdict Verdict(uint mark, World world, Question question) =>
        _senders.TryGetValue(question.To, out var destination)
            ? _judge.Judge(destination.Workload, mark, new JudgedPacket(question.Protocol, question.Port, world.AddressOf(question.From, question.Family)))
            : _judge.JudgeExit(
                _senders[question.From].Workload,
                new JudgedPacket(question.Protocol, question.Port, world.AddressOf(question.To, question.Family))
            );

    /// <summary>The same while the sender's agent has not yet heard of egress policies.</summary>
    public bool AllowsUnflagged(string from, string to, int port, IpProtocol protocol) =>
        _judge.Judge(_senders[to].Workload, MarkOf(from) & ~NodeMark.EgressIsolated, new JudgedPacket(protocol, (ushort)port, AddressOf(from))).Allowed;

    /// <summary>The part of the table that guards a pod.</summary>
    public Destination Destination(string pod) => Table.Destinations.Single(destination => destination.Workload == _senders[pod].Workload);

    /// <summary>What a pod sends with.</summary>
    public Sender Sender(string pod) => _senders[pod];

    private IPAddress? AddressOf(string end) =>
        _pods.TryGetValue(end, out var pod) ? pod.Addresses.FirstOrDefault()
        : IPAddress.TryParse(end, out var address) ? address
        : null;

    private uint MarkOf(string from) =>
        _senders.TryGetValue(from, out var sender) ? sender.Mark
        : from is "node" or "10.255.9.0" ? NodeMark.Of(Tag.Node, false)
        : NodeMark.Of(Tag.Outside, false);
}
