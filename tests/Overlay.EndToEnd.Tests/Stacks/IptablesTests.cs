using Overlay.EndToEnd.Tests.Faults;
using Overlay.EndToEnd.Tests.Shop;
using Overlay.Lab.Shop;
using Overlay.Lab.Underlay;

namespace Overlay.EndToEnd.Tests.Stacks;

/// <summary>A lab of both families whose nodes' rules are iptables.</summary>
public sealed class IptablesLab() : LabUnderTest("iptables", LabStack.Dual, "iptables");

/// <summary>kubectl overlay where the rules are iptables: the kernels are asked as everywhere.</summary>
[Collection(StackCollection.Name)]
public sealed class IptablesTests(IptablesLab lab) : IClassFixture<IptablesLab>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explain_names_the_rule_that_decides_and_its_counters()
    {
        await PoliciesAsync();
        foreach (var family in lab.Cluster.Underlay.Stack.Families)
        {
            await ShopMatrix.IsAsPromisedAsync(lab.Pods, family.Family);
            var (yes, whyAllowed) = Ask("explain", "cart", family);
            var (no, whyDenied) = Ask("explain", "frontend", family);

            yes.Should().Be(0, whyAllowed);
            whyAllowed.Should().Contain("kernel    agrees: node").And.NotContain("policy alone");
            whyAllowed.Should().MatchRegex("""by rule [0-9]+ of mangle OVERLAY-IN[0-9]+: .*--dport 8443 .*--comment "payments/cart-pays ingress\[0\]" -g OVERLAY-ALLOWED""");
            whyAllowed.Should().MatchRegex("which counted [1-9][0-9]* packets, [1-9][0-9]* bytes", "the matrix went by it");
            whyAllowed.Should().MatchRegex($"node[123] marks the source by overlay-pods[46] {{ {lab.Pod("cart").At(family.Family).Address},ovp[0-9a-f]+ skbmark 0x[0-9a-f]+/0x7f1fff comment \"shop/cart, ");
            whyAllowed.Should().MatchRegex("there, rule [0-9]+ of mangle OVERLAY-FROM-POD: ");
            no.Should().Be(1, whyDenied);
            whyDenied.Should().Contain("kernel    agrees: node").And.MatchRegex("by rule [0-9]+ of mangle OVERLAY-IN[0-9]+: -g OVERLAY-DENIED");
            whyDenied.Should().MatchRegex("none of these lets it through: .*payments/cart-pays ingress");
        }
    }

    [Fact]
    public async Task A_trace_shows_the_rules_beside_the_counters()
    {
        await PoliciesAsync();
        foreach (var family in lab.Cluster.Underlay.Stack.Families)
        {
            await ShopMatrix.IsAsPromisedAsync(lab.Pods, family.Family);
            foreach (var (client, code, rule) in new[] { ("cart", 0, "-g OVERLAY-ALLOWED"), ("frontend", 1, "-g OVERLAY-DENIED") })
            {
                var (ended, text) = Ask("trace", client, family);
                ended.Should().Be(code, text);
                text.Should().NotContain("NO ").And.MatchRegex("overlay-pods[46] { ").And.MatchRegex("rule [0-9]+ of mangle OVERLAY-FROM-POD: .* [1-9][0-9]* packets")
                    .And.MatchRegex($"rule [0-9]+ of mangle OVERLAY-IN[0-9]+: .*{rule}, [0-9]+ packets before");
            }
        }
    }

    [Fact]
    public async Task A_rule_that_somebody_put_in_by_hand_is_told_and_mended()
    {
        await PoliciesAsync();
        var family = lab.Cluster.Underlay.Stack.Families[0];
        await ShopMatrix.IsAsPromisedAsync(lab.Pods, family.Family);
        var (code, text) = (0, "");

        // The agent takes the rule out within a second: it is put in until it was seen.
        await Until.TrueAsync(
            Soon,
            "the rule to be seen",
            () =>
            {
                lab.Pod("gateway").Node.Run("iptables", "-t", "mangle", "-I", "OVERLAY-DENIED", "-p", "tcp", "--dport", "8443", "-j", "ACCEPT").Checked();
                (code, text) = Ask("explain", "frontend", family);
                return Task.FromResult(code == 3);
            });

        text.Should().Contain("kernel    DISAGREES: node").And.MatchRegex("by rule [12] of mangle OVERLAY-DENIED: -p tcp -m tcp --dport 8443 -j ACCEPT").And.Contain("who else changes the chains OVERLAY-*");
        await Until.TrueAsync(Soon, "the rule to be gone", () => Task.FromResult(Ask("explain", "frontend", family).Code == 1));
    }

    private Task<string> PoliciesAsync() => new ShopFloor(lab.Cluster).ApplyPoliciesAsync(Cancel);

    private (int Code, string Text) Ask(string command, string client, LabFamily family)
    {
        var said = lab.Overlay(command, lab.Pod(client).At(family.Family).Address.ToString(), command == "trace" ? "payments/gateway" : lab.Pod("gateway").At(family.Family).Address.ToString(), "8443");
        return (said.ExitCode, said.Output + said.Errors);
    }
}
