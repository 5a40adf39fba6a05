using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Nftables;

namespace Overlay.NodeAgent.Tests.Rules.Pure;

/// <summary>What is said when nft does not load the rules, by shells that stand in for it.</summary>
public sealed class NftToolTests
{
    [Fact]
    public async Task One_that_faults_is_told_from_one_that_refuses()
    {
        await FluentActions.Awaiting(() => LoadAsync("kill -SEGV $$")).Should().ThrowAsync<RulesException>().WithMessage("*ended by signal 11*nft 1.1 or later*");
        await FluentActions.Awaiting(() => LoadAsync("echo no such chain >&2; exit 1")).Should().ThrowAsync<RulesException>().WithMessage("*(exit 1)*no such chain*");
    }

    private static Task LoadAsync(string script) =>
        new NftTool("nft", ["sh", "-c", $"cat >/dev/null; {script}", "sh"]).LoadAsync("table inet overlay", TestContext.Current.CancellationToken);
}
