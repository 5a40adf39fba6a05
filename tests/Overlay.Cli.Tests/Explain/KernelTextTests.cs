using System.Collections.Immutable;
using Overlay.Asking.Answers;
using Overlay.Cli.Explain;
using Overlay.Cli.Explain.Kernel;
using Overlay.Cli.Text;
using Overlay.Policy;

namespace Overlay.Cli.Tests.Explain;

/// <summary>What agents say of their kernels, for people and for programs.</summary>
public sealed class KernelTextTests
{
    private static readonly RuleAnswer Grant = new("rule 2 of mangle OVERLAY-IN65536", "-p tcp -m tcp --dport 8443 -g OVERLAY-ALLOWED", "payments/cart-pays ingress[0]", 5, 300);
    private static readonly JudgeAnswer Judged = new(true, "accept", "overlay-vtep", "ovp1", 18, ["mangle FORWARD", "OVERLAY-FORWARD"], null, [], [new("allowed", 128, 7680)]);

    [Fact]
    public void Where_rights_are_rules_the_deciding_one_is_told_with_what_it_counted() =>
        Text(new KernelAnswer("node3", true, Judged with { Rule = Grant }, "node2", new SenderAnswer("ovp2", 18, false, "overlay-pods4 { 10.255.2.2,ovp2 }") { Rule = "rule 2 of mangle OVERLAY-FROM-POD: x, 9 packets" }))
            .Should().Be("""
                kernel | agrees: node3 accepts it
                 | by rule 2 of mangle OVERLAY-IN65536: -p tcp -m tcp --dport 8443 -g OVERLAY-ALLOWED
                 | which counted 5 packets, 300 bytes
                 | from overlay-vtep to ovp1, chains mangle FORWARD > OVERLAY-FORWARD
                 | counted so far: allowed 128 packets
                 | node2 marks the source by overlay-pods4 { 10.255.2.2,ovp2 }
                 | there, rule 2 of mangle OVERLAY-FROM-POD: x, 9 packets
                """);

    [Fact]
    public void An_element_that_the_rule_asked_for_is_told_too() =>
        Text(new KernelAnswer("node3", true, Judged with { Rule = Grant, Element = "overlay-a1 { 10.0.0.0/8 }" }, null, null)).Should().Contain("\n | by overlay-a1 { 10.0.0.0/8 }\n");

    [Fact]
    public void Of_many_rules_tried_in_vain_some_are_told_and_how_many_more_there_are()
    {
        ImmutableArray<string> tried = [.. Enumerable.Range(1, 9).Select(number => $"r{number}")];

        Text(new KernelAnswer("node3", true, Judged with { Allowed = false, Verdict = "drop", Rule = Grant, Tried = tried }, null, null)).Should().Contain(" | none of these lets it through: r1; r2; r3; r4; and 5 more\n");
    }

    [Fact]
    public void A_disagreement_says_where_to_look()
    {
        Text(new KernelAnswer("node3", false, Judged with { Rule = Grant }, null, null)).Should().StartWith("kernel | DISAGREES: node3 accepts it").And.EndWith("who else changes the chains OVERLAY-*");
        Text(new KernelAnswer("node3", false, Judged with { Element = "grants { 1 }" }, null, null)).Should().Contain(" | by grants { 1 }\n").And.EndWith("who else changes table inet overlay");
    }

    [Fact]
    public void Programs_get_the_rule_in_parts()
    {
        var answer = new Answer { Source = "a", Destination = "b", Protocol = IpProtocol.TCP, Port = 8443, Allowed = true, Kernel = new KernelAnswer("node3", true, Judged with { Rule = Grant }, null, null) };

        JsonText.Of(answer, AnswerJson.Default.Answer).Should().Contain("\"policy\": \"payments/cart-pays ingress[0]\"").And.Contain("\"packets\": 5").And.Contain("\"place\": \"rule 2 of mangle OVERLAY-IN65536\"");
    }

    private static string Text(KernelAnswer answer) => string.Join('\n', KernelText.Rows(answer).Select(row => string.Join(" | ", row)));
}
