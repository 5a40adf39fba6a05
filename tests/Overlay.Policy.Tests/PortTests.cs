using Overlay.Api.Objects;
using Overlay.Api.Policies;

namespace Overlay.Policy.Tests;

/// <summary>Ports joined and intersected. Written as <c>TCP 80-90 by a</c>.</summary>
public class PortTests
{
    [Theory]
    [InlineData("TCP 80 by a", "TCP 80 by a")]
    [InlineData("TCP 81 by b; TCP 80 by a", "TCP 80-81 by a+b")]
    [InlineData("TCP 80 by a; TCP 82 by b", "TCP 80 by a; TCP 82 by b")]
    [InlineData("TCP 80-90 by a; TCP 85-95 by b; UDP 85 by c", "TCP 80-95 by a+b; UDP 85 by c")]
    [InlineData("TCP 80 by a; TCP 80-90 by b", "TCP 80-90 by b")]
    [InlineData("TCP 80 by a; all by b; UDP 1 by c", "all by b")]
    [InlineData("TCP 1-65535 by a; TCP 80 by b", "TCP by a")]
    [InlineData("TCP 1-100 by a; TCP 101-65535 by b", "TCP by a+b")]
    [InlineData("TCP 80 by b; TCP 80 by a; TCP 80 by b", "TCP 80 by a+b")]
    [InlineData("TCP 65535 by a; TCP 65534 by a", "TCP 65534-65535 by a")]
    public void The_union_has_no_overlap_and_keeps_who_allows_all_of_it(string entries, string union) =>
        Write(PortEntries.Normalize([.. Read(entries)])).Should().Be(union);

    [Theory]
    [InlineData("all by a", "TCP 80 by b", "TCP 80 by a+b")]
    [InlineData("all by a", "all by b", "all by a+b")]
    [InlineData("TCP by a", "TCP 80-90 by b; UDP 80 by c", "TCP 80-90 by a+b")]
    [InlineData("TCP 1-85 by a; TCP 88-99 by c", "TCP 80-90 by b", "TCP 80-85 by a+b; TCP 88-90 by b+c")]
    [InlineData("TCP 80 by a", "UDP 80 by b", "")]
    [InlineData("TCP 80 by a", "", "")]
    public void The_intersection_has_the_reasons_of_both(string left, string right, string both)
    {
        Write(PortEntries.Intersect([.. Read(left)], [.. Read(right)])).Should().Be(both);
        Write(PortEntries.Intersect([.. Read(right)], [.. Read(left)])).Should().Be(both);
    }

    [Fact]
    public void Reasons_are_short_and_stable_as_a_comment()
    {
        var reasons = Reasons.Of([Rule("b"), Rule("a"), new RuleReference(new PolicyName(PolicyKind.OverlayPolicy, new ObjectKey("x", "z")), PolicyType.Egress, 3), Rule("a")]);
        reasons.ToString().Should().Be("x/a ingress[0], x/z egress[3], 1 more");
        reasons.Should().Be(Reasons.Of(reasons.Rules.Reverse()));
    }

    [Theory]
    [InlineData(IpProtocol.TCP, 6)]
    [InlineData(IpProtocol.UDP, 17)]
    [InlineData(IpProtocol.SCTP, 132)]
    public void Protocols_have_IANAs_numbers(IpProtocol protocol, byte number)
    {
        protocol.Number().Should().Be(number);
        IpProtocols.FromNumber(number).Should().Be(protocol);
    }

    [Fact]
    public void Protocols_that_no_rule_can_name_are_one() => IpProtocols.FromNumber(47).Should().Be(IpProtocol.Other);

    private static IEnumerable<PortEntry> Read(string text) => text.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(ReadOne);

    private static PortEntry ReadOne(string text)
    {
        var parts = text.Split(" by ");
        var because = Reasons.Of(Rule(parts[1]));
        var words = parts[0].Split(' ');
        if (words[0] == "all")
        {
            return PortEntry.All(because);
        }

        var ports = words.Length == 1 ? [0, ushort.MaxValue] : words[1].Split('-').Select(p => ushort.Parse(p, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        return new PortEntry(Enum.Parse<IpProtocol>(words[0]), new PortRange(ports[0], ports[^1]), because);
    }

    private static string Write(IEnumerable<PortEntry> entries) =>
        string.Join("; ", entries.Select(e => $"{PortText.Of(e.Protocol, e.PortsOrAll)} by {string.Join('+', e.Because.Rules.Select(r => r.Policy.Key.Name))}"));

    private static RuleReference Rule(string name) => new(new PolicyName(PolicyKind.OverlayPolicy, new ObjectKey("x", name)), PolicyType.Ingress, 0);
}
