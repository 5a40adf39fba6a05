using Microsoft.Extensions.Time.Testing;
using Overlay.Api.Flows;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Events;
using Overlay.NodeAgent.Flows;
using Overlay.NodeAgent.Health;
using Overlay.Policy;

namespace Overlay.NodeAgent.Tests.Flows;

/// <summary>That an audited policy would deny something stands on the policy, and a flood of such connections is no flood of Events.</summary>
public sealed class AuditReportTests : IAgentEvents
{
    private static readonly ObjectKey Key = new("shop", "back");

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _told = [];
    private OverlayPolicy? _policy = new() { Metadata = new ObjectMeta { Namespace = "shop", Name = "back" }, Spec = new OverlayPolicySpec { Mode = PolicyMode.Audit } };

    [Fact]
    public void One_is_told_in_ten_minutes()
    {
        var report = new AuditReport(_ => _policy, this, _time);
        for (var i = 0; i < 100; i++)
            report.Take(Flow(FlowDirection.Ingress));
        _told.Should().Equal("back");

        _time.Advance(AuditReport.Every);
        report.Take(Flow(FlowDirection.Ingress));
        _told.Should().HaveCount(2);
    }

    [Fact]
    public void Only_the_side_that_denies_is_blamed()
    {
        new AuditReport(_ => _policy, this, _time).Take(Flow(FlowDirection.Egress));
        _told.Should().BeEmpty();
    }

    [Fact]
    public void A_policy_that_is_enforced_meanwhile_or_gone_is_left_alone()
    {
        _policy = _policy! with { Spec = new OverlayPolicySpec() };
        new AuditReport(_ => _policy, this, _time).Take(Flow(FlowDirection.Ingress));
        _policy = null;
        new AuditReport(_ => _policy, this, _time).Take(Flow(FlowDirection.Ingress));
        _told.Should().BeEmpty();
    }

    void IAgentEvents.TagUnknown(Pod pod) => throw new NotSupportedException();

    void IAgentEvents.Found(Node node, Finding finding) => throw new NotSupportedException();

    void IAgentEvents.AuditWouldDeny(OverlayPolicy policy, Flow example) => _told.Add(policy.Metadata.Name);

    private static ToldFlow Flow(FlowDirection direction)
    {
        var open = new DirectionVerdict(true, false, [], Reasons.None, "");
        var closed = new DirectionVerdict(false, true, [new PolicyName(PolicyKind.OverlayPolicy, Key)], Reasons.None, "");
        return new ToldFlow(new Flow { Verdict = FlowVerdict.Audit, Direction = direction }, null!) { Audited = new Explanation(Api.Wire.Tag.Outside, open, closed) };
    }
}
