using System.Security.Cryptography;
using Overlay.Lab;

namespace Overlay.EndToEnd.Tests.Faults;

/// <summary>Fault 22: the agent's state file damaged, or its disk full: a clean CNI error, never two pods with one address.</summary>
[Collection(FaultLabCollection.Name)]
public sealed class StateFileTests(FaultLab lab)
{
    private string StateFile => Path.Combine(lab.Node3.StateFolder, "attachments.db");

    [Theory]
    [InlineData("truncated to nothing")]
    [InlineData("truncated to half")]
    [InlineData("bits flipped")]
    [InlineData("replaced by noise")]
    [InlineData("deleted")]
    public async Task A_damaged_state_file_costs_no_pod_its_address(string damage)
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var early = await pods.RunAsync(lab.Cluster, lab.Node3, ns, "early", 6);
        var addresses = early.Select(p => p.Address).ToList();

        await lab.Node3.Agent.KillAsync();
        try
        {
            Damage(damage);
        }
        finally
        {
            lab.Node3.Agent.Start();
        }

        await LabCluster.WaitReadyAsync(lab.Node3, TestContext.Current.CancellationToken);
        var late = await pods.RunAsync(lab.Cluster, lab.Node3, ns, "late", 6);
        addresses.Concat(late.Select(p => p.Address)).Should().OnlyHaveUniqueItems();
        (await late[0].ReachesAsync(early[0], TimeSpan.FromSeconds(2))).Should().BeTrue("the early pods go on as they were");
        await NodeState.WaitForExactlyAsync(lab.Node3, pods.All, TimeSpan.FromSeconds(10));
        foreach (var pod in pods.All)
            (await pod.DeleteAsync()).ExitCode.Should().Be(0);
        await NodeState.WaitForExactlyAsync(lab.Node3, [], TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_state_file_damaged_under_the_running_agent()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var pods = new PodSet();
        var early = await pods.RunAsync(lab.Cluster, lab.Node3, ns, "early", 4);
        Damage("truncated to nothing");

        var late = await pods.CreateAsync(lab.Cluster, lab.Node3, ns, "late", 4);
        foreach (var pod in late)
        {
            var answer = await pod.AddAsync();
            if (answer.Succeeded)
                continue;
            answer.Json.Should().NotBeNull($"an error is an object of the spec: {answer}");
            (await pod.DeleteAsync()).ExitCode.Should().Be(0);
        }

        await lab.Node3.Agent.KillAsync();
        lab.Node3.Agent.Start();
        await LabCluster.WaitReadyAsync(lab.Node3, TestContext.Current.CancellationToken);
        await pods.RunAsync(lab.Cluster, lab.Node3, ns, "later", 4);
        var living = pods.All.Where(p => p.Address is not null).ToList();
        living.Select(p => p.Address).Should().OnlyHaveUniqueItems();
        await NodeState.WaitForExactlyAsync(lab.Node3, living, TimeSpan.FromSeconds(10));
        early.Should().OnlyContain(p => p.Address != null);
    }

    [Fact]
    public async Task On_a_full_disk_ADD_is_refused_cleanly_and_works_again_when_there_is_room()
    {
        var ns = await lab.FreshNamespaceAsync();
        await using var disk = await SmallDisk.UnderAsync(lab.Node3);
        await using var pods = new PodSet();
        var early = await pods.RunAsync(lab.Cluster, lab.Node3, ns, "early", 2);
        var late = await pods.CreateAsync(lab.Cluster, lab.Node3, ns, "late", 40);

        disk.Fill();
        var refused = 0;
        foreach (var pod in late)
        {
            var answer = await pod.AddAsync();
            if (answer.Succeeded)
                continue;
            refused++;
            answer.ErrorCode.Should().Be(5, $"the spec's input/output error is expected: {answer}");
            break;
        }

        refused.Should().Be(1, "a full disk must have been met");
        var living = pods.All.Where(p => p.Address is not null).ToList();
        NodeState.Veths(lab.Node3).Should().HaveCount(living.Count, "a refused ADD leaves no veth");
        disk.MakeRoom();
        var next = late.First(p => p.Address is null);
        next.Renew();
        (await next.AddAsync()).Succeeded.Should().BeTrue();
        living.Add(next);
        living.Select(p => p.Address).Should().OnlyHaveUniqueItems();
        await NodeState.WaitForExactlyAsync(lab.Node3, living, TimeSpan.FromSeconds(10));
        (await early[0].ReachesAsync(early[1], TimeSpan.FromSeconds(2))).Should().BeTrue();
    }

    private void Damage(string how)
    {
        if (how is "deleted")
        {
            File.Delete(StateFile);
            return;
        }

        using var file = new FileStream(StateFile, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        switch (how)
        {
            case "truncated to nothing":
                file.SetLength(0);
                break;
            case "truncated to half":
                file.SetLength(file.Length / 2);
                break;
            case "bits flipped":
                foreach (var path in (string[])[StateFile, StateFile + "-wal"])
                    FlipBits(path);
                break;
            default:
                var noise = RandomNumberGenerator.GetBytes((int)file.Length);
                file.Write(noise);
                break;
        }
    }

    /// <summary>One bit in each 256 bytes, in the rows as in the pages' headers.</summary>
    private static void FlipBits(string path)
    {
        if (!File.Exists(path))
            return;
        var bytes = File.ReadAllBytes(path);
        for (var i = 101; i < bytes.Length; i += 256)
            bytes[i] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }
}
