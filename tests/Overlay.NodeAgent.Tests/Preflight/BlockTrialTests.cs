using Overlay.NodeAgent.Preflight;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Tests.Preflight;

/// <summary>The look-up that the kernel's sets are tried by, on the kernel that is here.</summary>
public sealed class BlockTrialTests
{
    private readonly BlockTrial trial = new(new NftTool("nft", []));

    /// <summary>Fails on kernels that the agent warns of.</summary>
    [Fact]
    public void This_kernel_tells_neighbouring_blocks_apart() => trial.TellsApart().Should().BeTrue();

    [Fact]
    public void A_match_that_should_not_be_is_seen() => trial.TellsApart("fd00:0:1fe::/47").Should().BeFalse();

    [Fact]
    public void Without_nft_nothing_is_said() => new BlockTrial(new NftTool("/nowhere/nft", [])).TellsApart().Should().BeNull();
}
