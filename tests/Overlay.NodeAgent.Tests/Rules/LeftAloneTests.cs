using Microsoft.Extensions.Logging.Abstractions;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Nftables;
using Overlay.NodeAgent.Tests.Rules.Bed;

namespace Overlay.NodeAgent.Tests.Rules;

/// <summary>By the clock our table is read only when somebody else committed something since: with thousands of nodes and policies it is long.</summary>
public sealed class LeftAloneTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_nobody_else_touched_is_not_read_again()
    {
        using var bed = await BedAsync();
        var backend = Counting.In(bed.Node2);
        using var rules = RulesOf(bed.Node2, backend);
        await rules.ApplyAsync(bed.Node2.Inputs, Stop);
        await rules.RepairAsync(Stop);
        var read = backend.Inspected;

        await rules.RepairAsync(Stop);
        bed.C.Accept(bed.B);
        (await rules.ApplyAsync(bed.Node2.Inputs, Stop)).IsEmpty.Should().BeFalse("a commit of our own leaves nothing in doubt");
        (await rules.RepairAsync(Stop)).IsEmpty.Should().BeTrue();

        backend.Inspected.Should().Be(read);
    }

    [Fact]
    public async Task Whatever_somebody_else_commits_has_it_read_once()
    {
        using var bed = await BedAsync();
        var backend = Counting.In(bed.Node2);
        using var rules = RulesOf(bed.Node2, backend);
        await rules.ApplyAsync(bed.Node2.Inputs, Stop);
        await rules.RepairAsync(Stop);
        var read = backend.Inspected;

        bed.Node2.Run("nft", "add table ip others");
        await rules.RepairAsync(Stop);
        await rules.RepairAsync(Stop);

        backend.Inspected.Should().Be(read + 1);
    }

    [Fact]
    public async Task A_commit_of_ours_after_somebody_elses_does_not_hide_it()
    {
        using var bed = await BedAsync();
        var backend = Counting.In(bed.Node2);
        using var rules = RulesOf(bed.Node2, backend);
        await rules.ApplyAsync(bed.Node2.Inputs, Stop);
        await rules.RepairAsync(Stop);

        bed.Node2.Run("nft", "flush map inet overlay senders4");
        bed.C.Accept(bed.B);
        await rules.ApplyAsync(bed.Node2.Inputs, Stop);
        var mended = await rules.RepairAsync(Stop);

        mended.Added.Should().BePositive("the senders were missing");
        (await rules.RepairAsync(Stop)).IsEmpty.Should().BeTrue();
    }

    private static Task<TestBed> BedAsync() => TestBed.CreateAsync(b => b.C.Accept(b.A));

    private static NodeRules RulesOf(BedNode node, IRuleBackend backend) => new(backend, new VethGroups(node.Routes, "ovp"), NullLogger.Instance, TimeProvider.System);

    /// <summary>Counts how often the kernel's rules are read.</summary>
    private sealed class Counting(IRuleBackend backend) : IRuleBackend
    {
        public int Inspected { get; private set; }

        public string Name => backend.Name;

        public static Counting In(BedNode node) => new(new NftablesBackend(new NftTool("nft", ["ip", "netns", "exec", node.Name]), node.Inside));

        public RuleInspection Inspect()
        {
            Inspected++;
            return backend.Inspect();
        }

        public Task<RuleChanges> ApplyAsync(RuleState desired, CancellationToken stop) => backend.ApplyAsync(desired, stop);

        public bool IsInPlace() => backend.IsInPlace();

        public bool IsAsLeft() => backend.IsAsLeft();

        public Task WaitForOthersAsync(CancellationToken stop) => backend.WaitForOthersAsync(stop);

        public IReadOnlyList<RuleCounter> ReadCounters() => backend.ReadCounters();

        public void Dispose() => backend.Dispose();
    }
}
