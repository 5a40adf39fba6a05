using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Overlay.Api.Flows;
using Overlay.Api.Network;
using Overlay.Api.Wire;
using Overlay.Netlink;
using Overlay.Netlink.PacketLog;
using Overlay.Policy;

namespace Overlay.NodeAgent.Flows;

/// <summary>Joins a logged packet with names, and with the policies and rules that decide it. Pure.</summary>
/// <param name="node">This node's name.</param>
/// <param name="judge">Says why.</param>
/// <param name="nameOf">An interface's name.</param>
internal sealed class FlowJoin(string node, IFlowJudge judge, Func<LinkIndex, string?> nameOf)
{
    /// <summary>What is to be told of a packet: nothing, a flow, or two (allowed, and what an audit says of that).</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="local">The local pods.</param>
    /// <param name="now">The time.</param>
    public IEnumerable<ToldFlow> Join(LoggedPacket packet, LocalEnds local, DateTimeOffset now)
    {
        if (ToldPacket.Of(packet.Prefix) is not { } told || PacketHeader.Read(packet.Payload.Span) is not { } header)
        {
            return [];
        }

        var flow = new Flow { Time = now, Node = node, Verdict = told.Verdict };
        return told.Place switch
        {
            ToldPlace.Arriving when local.At(header.Destination) is { } to => Judge(told, local, flow, header, Sender(local, header.Source, told.TagOf(packet.Mark)), ToldEnd.Of(to, header.Destination), to),
            ToldPlace.Leaving when local.At(header.Source) is { } from => Judge(told, local, flow, header, ToldEnd.Of(from, header.Source), ToldEnd.Outside(header.Destination), from),
            ToldPlace.Answer when local.At(header.Source) is { } server => Judge(told, local, flow, header.Turned(), Sender(local, header.Destination, told.TagOf(packet.Mark)), ToldEnd.Of(server, header.Source), server),
            ToldPlace.Spoofed when packet.In is { } veth && nameOf(veth) is { } name && local.Behind(name) is { } liar => [Spoofed(flow, header, liar)],
            _ => [],
        };
    }

    /// <summary>The rules on this node have judged by the tag; the address only finds the name, and only where it agrees with the tag.</summary>
    private ToldEnd Sender(LocalEnds local, IPAddress address, Tag tag) =>
        local.At(address) is { } pod && pod.Tag == tag ? ToldEnd.Of(pod, address)
        : tag == Tag.Outside ? ToldEnd.Outside(address)
        : tag == Tag.Node ? new ToldEnd(new FlowEnd { Kind = FlowEndKind.Node, Tag = tag.Value, Address = address.ToString() }, Endpoint.Node with { Addresses = [address] })
        : ToldEnd.Behind(judge.PodBehind(tag) ?? Endpoint.Pod("", ImmutableSortedDictionary<string, string>.Empty, tag), tag, address);

    private IEnumerable<ToldFlow> Judge(ToldPacket told, LocalEnds local, Flow flow, PacketHeader header, ToldEnd source, ToldEnd destination, LocalEnd subject)
    {
        var port = header.DestinationPort ?? 0;
        var why = judge.Explain(source.Endpoint, destination.Endpoint, header.Protocol, port);
        var leaving = told.Place == ToldPlace.Leaving;
        flow = Fill(flow, header, source.End, destination.End);
        if (told.Verdict == FlowVerdict.Denied)
        {
            if (local.Logging.Denied == LoggedConnections.All || why.IsLogged)
            {
                yield return new ToldFlow(Because(flow, why, leaving, told.Place == ToldPlace.Answer), subject);
            }

            yield break;
        }

        if (local.Logging.Allowed == LoggedConnections.All || (local.Logging.Allowed == LoggedConnections.Asked && why.IsLogged))
        {
            yield return new ToldFlow(Because(flow, why, leaving, false), subject);
        }

        if (why.Allowed && judge.Audit(source.Endpoint, destination.Endpoint, header.Protocol, port) is { Allowed: false } audited)
        {
            yield return new ToldFlow(Because(flow with { Verdict = FlowVerdict.Audit }, audited, leaving, false), subject) { Audited = audited };
        }
    }

    /// <summary>Names what decides: for a denial the side that denies, for an allowance the side that was judged here.</summary>
    private static Flow Because(Flow flow, Explanation why, bool leaving, bool answer)
    {
        var egress = leaving || (!why.Egress.Allowed && why.Ingress.Allowed);
        var side = egress ? why.Egress : why.Ingress;
        var denied = flow.Verdict != FlowVerdict.Allowed;
        var decided = side.Because.Rules.Select(rule => rule.ToString());
        if (!denied && !leaving)
        {
            decided = decided.Concat(why.Egress.Because.Rules.Select(rule => rule.ToString()));
        }

        var agrees = denied != (side.Allowed && (leaving || why.Allowed));
        return flow with
        {
            Direction = egress ? FlowDirection.Egress : FlowDirection.Ingress,
            DecidedBy = !agrees ? [] : side.Because.Rules.IsEmpty && denied ? [.. side.IsolatedBy.Select(policy => policy.ToString())] : [.. decided],
            Reason =
                !agrees ? $"the node's rules {(denied ? "denied" : "allowed")} it, the policies as they are known now would not: they changed meanwhile, or the sender's labels are not all known here"
                : answer ? $"an answer, whose question would be denied now: {side.Text}"
                : side.Text,
        };
    }

    private static ToldFlow Spoofed(Flow flow, PacketHeader header, LocalEnd liar) =>
        new(
            Fill(flow, header, ToldEnd.Of(liar, header.Source).End, ToldEnd.Outside(header.Destination).End) with
            {
                Direction = FlowDirection.Egress,
                Reason = "the source address is not the pod's own",
            },
            liar
        );

    private static Flow Fill(Flow flow, PacketHeader header, FlowEnd source, FlowEnd destination)
    {
        var icmp = header.Protocol.IsIcmp();
        return flow with
        {
            Protocol = header.Protocol == IpProtocol.Other ? header.Number.ToString(CultureInfo.InvariantCulture) : header.Protocol.ToString(),
            IcmpType = icmp ? header.DestinationPort >> 8 : null,
            IcmpCode = icmp ? header.DestinationPort & 0xff : null,
            Source = source with { Port = icmp ? null : header.SourcePort },
            Destination = destination with { Port = icmp ? null : header.DestinationPort },
        };
    }
}
