using System.Collections.Immutable;
using System.Globalization;
using Overlay.Api.Policies;

namespace Overlay.Policy;

/// <summary>Reads OverlayPolicy objects into the compiler's model, and finds what is wrong with them on the way.</summary>
/// <remarks>
/// A policy with a problem anywhere grants nothing and still isolates: what its podSelector selects if that is readable, else its whole namespace;
/// in the directions it names if they are readable, else in both. So a slip can close a door but never open one.
/// </remarks>
internal sealed class PolicyReader(SelectorPool selectors)
{
    private readonly ImmutableArray<PolicyProblem>.Builder _problems = ImmutableArray.CreateBuilder<PolicyProblem>();

    /// <summary>Reads one policy.</summary>
    public (PolicyModel Model, ImmutableArray<PolicyProblem> Problems) Read(OverlayPolicy policy)
    {
        _problems.Clear();
        var spec = policy.Spec ?? new OverlayPolicySpec();
        var subject = SelectorReading.Check(_problems, "spec.podSelector", spec.PodSelector) ? selectors.Get(spec.PodSelector) : SelectorPool.Everything;
        var (ingress, egress) = ReadTypes(spec);
        var ingressRules = ReadRules(policy, PolicyType.Ingress, Arrays.OrEmpty(spec.Ingress).Select(rule => (rule?.From, rule?.Ports)));
        var egressRules = ReadRules(policy, PolicyType.Egress, Arrays.OrEmpty(spec.Egress).Select(rule => (rule?.To, rule?.Ports)));
        var sound = _problems.Count == 0;
        var model = new PolicyModel(
            policy.Metadata.Key,
            subject,
            ingress,
            egress,
            sound && ingress ? ingressRules : [],
            sound && egress ? egressRules : []
        );
        return (model, _problems.ToImmutable());
    }

    private (bool Ingress, bool Egress) ReadTypes(OverlayPolicySpec spec)
    {
        var types = Arrays.OrEmpty(spec.PolicyTypes);
        if (types.IsEmpty)
        {
            return (true, !Arrays.OrEmpty(spec.Egress).IsEmpty);
        }

        var readable = true;
        for (var i = 0; i < types.Length; i++)
        {
            if (!Enum.IsDefined(types[i]))
            {
                readable = false;
                _problems.Add(new PolicyProblem($"spec.policyTypes[{i}]", $"{types[i]}", "a policy type is Ingress or Egress"));
            }
        }

        return readable ? (types.Contains(PolicyType.Ingress), types.Contains(PolicyType.Egress)) : (true, true);
    }

    private ImmutableArray<PolicyRule> ReadRules(
        OverlayPolicy policy,
        PolicyType direction,
        IEnumerable<(ImmutableArray<PolicyPeer>? Peers, ImmutableArray<PolicyPort>? Ports)> rules
    )
    {
        var (list, peersField) = direction == PolicyType.Ingress ? ("ingress", "from") : ("egress", "to");
        var read = ImmutableArray.CreateBuilder<PolicyRule>();
        foreach (var (peers, ports) in rules)
        {
            var reference = new RuleReference(policy.Metadata.Key, direction, read.Count);
            var path = $"spec.{list}[{read.Count}]";
            read.Add(new PolicyRule(reference, ReadPeers($"{path}.{peersField}", peers), ReadPorts($"{path}.ports", ports, Reasons.Of(reference))));
        }

        return read.ToImmutable();
    }

    private ImmutableArray<Peer> ReadPeers(string path, ImmutableArray<PolicyPeer>? given)
    {
        var peers = Arrays.OrEmpty(given);
        var read = ImmutableArray.CreateBuilder<Peer>(peers.Length);
        for (var i = 0; i < peers.Length; i++)
        {
            var peer = peers[i];
            if (peer?.PodSelector is null && peer?.NamespaceSelector is null)
            {
                _problems.Add(new PolicyProblem($"{path}[{i}]", "", "a peer needs podSelector, namespaceSelector or both; for every pod write namespaceSelector: {}"));
                continue;
            }

            var readable = SelectorReading.Check(_problems, $"{path}[{i}].podSelector", peer.PodSelector);
            readable &= SelectorReading.Check(_problems, $"{path}[{i}].namespaceSelector", peer.NamespaceSelector);
            if (readable)
            {
                read.Add(new Peer(peer.NamespaceSelector is null ? null : selectors.Get(peer.NamespaceSelector), selectors.Get(peer.PodSelector)));
            }
        }

        return read.ToImmutable();
    }

    private ImmutableArray<PortEntry> ReadPorts(string path, ImmutableArray<PolicyPort>? given, Reasons because)
    {
        var ports = Arrays.OrEmpty(given);
        if (ports.IsEmpty)
        {
            return [PortEntry.All(because)];
        }

        var read = new List<PortEntry>(ports.Length);
        for (var i = 0; i < ports.Length; i++)
        {
            if (ReadPort($"{path}[{i}]", ports[i] ?? new PolicyPort()) is { } range)
            {
                read.Add(new PortEntry((ports[i] ?? new PolicyPort()).Protocol, range, because));
            }
        }

        return PortEntries.Normalize(read);
    }

    private PortRange? ReadPort(string path, PolicyPort port)
    {
        var before = _problems.Count;
        if (!Enum.IsDefined(port.Protocol))
        {
            _problems.Add(new PolicyProblem($"{path}.protocol", $"{port.Protocol}", "a protocol is TCP, UDP or SCTP"));
        }

        if (port.Port is < 1 or > ushort.MaxValue)
        {
            _problems.Add(new PolicyProblem($"{path}.port", Text(port.Port), "a port is 1 to 65535; leave it out for every port of the protocol"));
        }

        if (port.EndPort is not null && port.Port is null)
        {
            _problems.Add(new PolicyProblem($"{path}.endPort", Text(port.EndPort), "endPort ends a range that begins at port: give port too"));
        }
        else if (port.EndPort is > ushort.MaxValue || port.EndPort < port.Port)
        {
            _problems.Add(new PolicyProblem($"{path}.endPort", Text(port.EndPort), $"endPort is {Text(port.Port)} (port) to 65535"));
        }

        if (_problems.Count > before)
        {
            return null;
        }

        return port.Port is { } first ? new PortRange((ushort)first, (ushort)(port.EndPort ?? first)) : PortRange.Whole;
    }

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
