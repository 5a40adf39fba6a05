using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Overlay.Netlink;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Rules;

namespace Overlay.NodeAgent.Tests.Pods;

/// <summary>Cut wires' devices go behind the answer; in a namespace made for it.</summary>
public sealed class WireRemovalTests : IDisposable
{
    private readonly string _name = $"ovt-{Guid.NewGuid().ToString("n")[..8]}";
    private readonly NetworkNamespace _node;
    private readonly RouteSocket _kernel;
    private readonly WireRemoval _removal;

    public WireRemovalTests()
    {
        _node = NetworkNamespace.Create(_name);
        _kernel = RouteSocket.Open(_node);
        _removal = new WireRemoval(_kernel, _kernel, TimeProvider.System, NullLogger<WireRemoval>.Instance);
    }

    public void Dispose()
    {
        _removal.Dispose();
        _kernel.Dispose();
        _node.Dispose();
        NetworkNamespace.Delete(_name);
    }

    [Fact]
    public async Task All_that_wait_are_removed_and_nothing_else()
    {
        using var end = new CancellationTokenSource();
        var working = _removal.RunAsync(end.Token);
        for (var i = 0; i < 20; i++)
            Wire(i);
        for (var i = 0; i < 19; i++)
            _removal.Cut(Name(i)).Should().BeTrue();

        for (var left = 0; Veths().Length > 1 && left < 500; left++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Veths().Should().Equal(Name(19));
        _kernel.GetLink(Name(19))!.IsUp.Should().BeTrue();
        await end.CancelAsync();
        await working;
    }

    [Fact]
    public void What_somebody_else_put_into_the_group_stays()
    {
        Wire(1);
        _kernel.CreateBridge(new BridgeDevice { Name = "br0" });
        _kernel.SetGroup(_kernel.GetLink("br0")!.Index, InterfaceGroups.Leaving);
        _removal.Cut(Name(1));

        _removal.Finish().Should().BeTrue();

        Veths().Should().BeEmpty();
        _kernel.GetLink("br0").Should().NotBeNull();
    }

    [Fact]
    public void A_wire_that_was_moved_back_into_a_group_after_it_was_cut_goes_too()
    {
        Wire(1);
        _removal.Cut(Name(1));
        _kernel.SetGroup(_kernel.GetLink(Name(1))!.Index, InterfaceGroups.FirstWorkload);

        _removal.Finish().Should().BeTrue();

        Veths().Should().BeEmpty();
    }

    [Fact]
    public void A_name_is_free_again_once_its_removal_is_finished()
    {
        Wire(1);
        _removal.Cut(Name(1));

        _removal.Finish(Name(1));
        Wire(1);
        _removal.Finish(Name(1));

        Veths().Should().Equal([Name(1)], "the new one was not cut");
    }

    [Fact]
    public void What_an_earlier_agent_cut_is_known_by_its_group()
    {
        Wire(1);
        _removal.Cut(Name(1));
        using var later = new WireRemoval(_kernel, _kernel, TimeProvider.System, NullLogger<WireRemoval>.Instance);

        HostVeth.ReadAll(_kernel).Should().BeEmpty("it is no pod's wire any more");
        later.Finish().Should().BeTrue();

        Veths().Should().BeEmpty();
        later.Finish().Should().BeFalse();
    }

    [Fact]
    public void A_device_that_went_with_its_namespace_is_no_failure()
    {
        Wire(1);
        _removal.Cut(Name(1));
        _kernel.DeleteLink(Name(1));

        _removal.Finish().Should().BeFalse();
        _removal.Cut(Name(1)).Should().BeFalse();
    }

    private static string Name(int number) => VethNames.Prefix + number.ToString("x11", CultureInfo.InvariantCulture);

    private void Wire(int number)
    {
        _kernel.CreateVeth(new VethPair { Name = Name(number), PeerName = $"e{number}", Group = InterfaceGroups.FirstWorkload });
        _kernel.SetUp(_kernel.GetLink(Name(number))!.Index);
    }

    private string[] Veths() => [.. _kernel.Links().Select(link => link.Name).Where(VethNames.IsOne).Order(StringComparer.Ordinal)];
}
