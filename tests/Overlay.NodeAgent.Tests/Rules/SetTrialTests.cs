using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>What the kernel's sets are tried by, on the kernel that is here. The first three fail on kernels that the agent warns of.</summary>
public sealed class SetTrialTests
{
    private readonly SetTrial trial = new(new NftTool("nft", []));

    [Fact]
    public void This_kernel_tells_neighbouring_blocks_apart() => trial.TellsBlocksApart().Should().BeTrue();

    [Fact]
    public void This_kernel_lets_workloads_share_ranges() => trial.SharesRanges().Should().BeTrue();

    [Fact]
    public void This_kernel_takes_protocols_as_this_nft_writes_them() => trial.TakesProtocols().Should().BeTrue();

    [Fact]
    public void A_match_that_should_not_be_is_seen() => trial.TellsBlocksApart("fd00:0:1fe::/47").Should().BeFalse();

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Only_the_second_text_tells(int refused, bool? expected)
    {
        new SetTrial(new Refusing(refused)).SharesRanges().Should().Be(expected);
        new SetTrial(new Refusing(refused)).TakesProtocols().Should().Be(expected);
    }

    [Fact]
    public void Without_nft_nothing_is_said()
    {
        var without = new SetTrial(new NftTool("/nowhere/nft", []));
        without.TellsBlocksApart().Should().BeNull();
        without.SharesRanges().Should().BeNull();
        without.TakesProtocols().Should().BeNull();
    }

    /// <summary>Refuses one of the texts.</summary>
    private sealed class Refusing(int which) : INftTool
    {
        private int texts;

        public Task LoadAsync(string text, CancellationToken stop) => ++texts == which ? throw new RulesException("File exists") : Task.CompletedTask;
    }
}
