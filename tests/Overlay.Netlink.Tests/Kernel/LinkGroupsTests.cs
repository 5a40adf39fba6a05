namespace Overlay.Netlink.Tests.Kernel;

public sealed class LinkGroupsTests : IDisposable
{
    private readonly TemporaryNamespace node = new();

    [Fact]
    public void A_look_sees_all_that_was_done_before_it_whoever_did_it()
    {
        using var groups = node.Routes.KeepGroups();
        groups.Read();
        var random = new Random(4711);
        for (var step = 0; step < 200; step++)
        {
            Change(random, step);
            groups.Read().Should().BeEquivalentTo(node.Routes.Links().Select(link => new GroupedLink(link.Name, link.Group)), "after step {0}", step);
        }
    }

    [Fact]
    public void What_others_do_is_seen_as_well()
    {
        using var groups = node.Routes.KeepGroups();
        groups.Read().Should().ContainSingle();
        Command.Run(node, "", "ip", "link", "add", "a0", "type", "veth", "peer", "name", "b0");
        groups.Read().Select(link => link.Name).Should().BeEquivalentTo("lo", "a0", "b0");
        Command.Run(node, "", "ip", "link", "set", "a0", "up", "group", "77");
        groups.Read().Single(link => link.Name == "a0").Group.Should().Be(77);
        Command.Run(node, "", "ip", "link", "del", "b0");
        groups.Read().Should().ContainSingle();
    }

    [Fact]
    public void A_link_that_went_to_another_namespace_is_gone()
    {
        using var elsewhere = new TemporaryNamespace();
        using var groups = node.Routes.KeepGroups();
        node.Routes.CreateVeth(new VethPair { Name = "a0", PeerName = "b0" });
        groups.Read().Should().HaveCount(3);
        Command.Run(node, "", "ip", "link", "set", "b0", "netns", elsewhere.Name);
        groups.Read().Select(link => link.Name).Should().BeEquivalentTo("lo", "a0");
    }

    [Fact]
    public void Where_more_was_told_than_could_wait_all_is_listed()
    {
        using var groups = node.Routes.KeepGroups();
        var end = node.Routes.CreateVeth(new VethPair { Name = "a0", PeerName = "b0", Up = true });
        groups.Read();
        for (var group = 1u; group <= 5000; group++)
            node.Routes.SetGroup(end.Index, group);
        node.Routes.CreateVeth(new VethPair { Name = "a1", PeerName = "b1" });
        groups.Read().Select(link => (link.Name, link.Group)).Should().BeEquivalentTo([("lo", 0u), ("a0", 5000u), ("b0", 0u), ("a1", 0u), ("b1", 0u)]);
        node.Routes.SetGroup(end.Index, 1);
        groups.Read().Single(link => link.Name == "a0").Group.Should().Be(1);
    }

    [Fact]
    public void What_the_kernel_does_not_tell_of_a_link_that_is_down_a_list_shows()
    {
        using var groups = node.Routes.KeepGroups();
        var end = node.Routes.CreateVeth(new VethPair { Name = "a0", PeerName = "b0" });
        groups.Read();
        node.Routes.SetGroup(end.Index, 5);
        groups.ReadAnew().Should().Contain(new GroupedLink("a0", 5));
        node.Routes.SetUp(end.Index);
        groups.Read().Should().Contain(new GroupedLink("a0", 5));
    }

    public void Dispose() => node.Dispose();

    /// <summary>Pairs come and go, up, in groups that change: what happens to pods' wires.</summary>
    private void Change(Random random, int step)
    {
        var ends = node.Routes.Links().Where(link => link.Name.StartsWith('a')).ToList();
        switch (ends.Count == 0 ? 0 : random.Next(4))
        {
            case 0:
                node.Routes.CreateVeth(new VethPair { Name = $"a{step}", PeerName = $"b{step}", Up = true, Group = (uint)random.Next(5) });
                break;
            case 1:
                node.Routes.ChangeLink(ends[random.Next(ends.Count)].Index, new LinkChange { Alias = $"step {step}", Group = (uint)random.Next(100) });
                break;
            case 2:
                node.Routes.SetGroup(ends[random.Next(ends.Count)].Index, (uint)random.Next(100));
                break;
            default:
                node.Routes.DeleteLink(ends[random.Next(ends.Count)].Index);
                break;
        }
    }
}
