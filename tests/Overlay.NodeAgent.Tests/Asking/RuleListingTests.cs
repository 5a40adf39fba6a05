using Overlay.NodeAgent.Asking.Questions;
using Overlay.NodeAgent.Rules.Forwarding;

namespace Overlay.NodeAgent.Tests.Asking;

/// <summary>The rules in a bug report.</summary>
public sealed class RuleListingTests
{
    [Fact]
    public async Task Of_iptables_both_families_and_the_sets_are_listed() =>
        (await TextAsync(nftables: false)).Should().Be("iptables-save -c\nthere is no ip6tables-save\nipset save\n", "a tool that is missing is told of");

    [Fact]
    public async Task Of_nftables_our_table_is() => (await TextAsync(nftables: true)).Should().Be("nft list table inet overlay\n");

    private static Task<string> TextAsync(bool nftables) => new RuleListing("nft", new Parrot()).TextAsync(nftables, TestContext.Current.CancellationToken);

    /// <summary>Says what it was asked; one program is not there.</summary>
    private sealed class Parrot : ITools
    {
        public Task<ToolResult?> RunAsync(string program, IReadOnlyList<string> arguments, string input, CancellationToken stop) =>
            Task.FromResult(program == "ip6tables-save" ? null : new ToolResult(0, $"{program} {string.Join(' ', arguments)}\n", ""));
    }
}
