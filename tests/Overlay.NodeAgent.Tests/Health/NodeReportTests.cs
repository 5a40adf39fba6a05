using Microsoft.Extensions.Time.Testing;
using Overlay.Api.Flows;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Events;
using Overlay.NodeAgent.Health;

namespace Overlay.NodeAgent.Tests.Health;

/// <summary>What the administrator should look into stands on the Node; firewalls among it (invariant 13).</summary>
public sealed class NodeReportTests : IAgentEvents
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _told = [];
    private IReadOnlyList<string> _advice = [];
    private Node? _node = new() { Metadata = new ObjectMeta { Name = "n1", Uid = "u1" } };

    [Fact]
    public void Nothing_in_the_way_nothing_told()
    {
        Report().Pass();
        _told.Should().BeEmpty();
    }

    [Fact]
    public void Advice_is_told_once_about_this_node()
    {
        var report = Report();
        _advice = ["Open ufw."];
        report.Pass();
        report.Pass();
        _told.Should().Equal("n1: Open ufw.");
    }

    [Fact]
    public void New_advice_is_told_and_old_is_told_again_when_it_comes_back()
    {
        var report = Report();
        _advice = ["Open ufw."];
        report.Pass();
        _advice = ["Open firewalld."];
        report.Pass();
        _advice = ["Open ufw."];
        report.Pass();
        _told.Should().Equal("n1: Open ufw.", "n1: Open firewalld.", "n1: Open ufw.");
    }

    [Fact]
    public void What_lasts_is_told_again_when_the_API_server_has_forgotten_it()
    {
        var report = Report();
        _advice = ["Open ufw."];
        report.Pass();
        _time.Advance(TimeSpan.FromMinutes(59));
        report.Pass();
        _told.Should().HaveCount(1);
        _time.Advance(TimeSpan.FromMinutes(2));
        report.Pass();
        _told.Should().HaveCount(2);
    }

    [Fact]
    public void A_node_that_is_not_known_yet_is_told_later()
    {
        var (report, node) = (Report(), _node);
        _advice = ["Open ufw."];
        _node = null;
        report.Pass();
        _told.Should().BeEmpty();
        _node = node;
        report.Pass();
        _told.Should().HaveCount(1);
    }

    void IAgentEvents.TagUnknown(Pod pod) => throw new NotSupportedException();

    void IAgentEvents.AuditWouldDeny(OverlayPolicy policy, Flow example) => throw new NotSupportedException();

    void IAgentEvents.Found(Node node, Finding finding) => _told.Add($"{node.Metadata.Name}: {finding.Text}");

    private NodeReport Report() => new(() => [.. _advice.Select(text => new Finding("ForwardingBlocked", text))], () => _node, this, _time);
}
