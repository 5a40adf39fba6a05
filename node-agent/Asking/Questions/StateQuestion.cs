using Overlay.Asking.Answers;
using Overlay.Netlink;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Asking.Tracing;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Vtep;

namespace Overlay.NodeAgent.Asking.Questions;

/// <summary><c>ask state</c>: all that a bug report needs of this node's kernel.</summary>
internal sealed class StateQuestion(NodeRules rules, RouteSocket host, Func<IEnumerable<Attachment>> attachments, RuleListing listing) : IQuestion
{
    /// <inheritdoc />
    public string Word => "state";

    /// <inheritdoc />
    public string Usage => "(devices, routes, pods and rules of this node, as text)";

    /// <inheritdoc />
    public async Task AnswerAsync(IReadOnlyList<string> arguments, Answer answer, CancellationToken cancellation)
    {
        Arguments.Need(arguments, 0, this);
        var vtep = host.GetLink(VtepDevice.Name)?.Index;
        await answer.SayAsync(
            new StateAnswer(
                [.. host.Links().Select(link => PodPlaces.Text(link))],
                [.. host.Routes().Select(route => PodPlaces.Text(host, route))],
                vtep is { } there ? [.. host.Neighbours(there).Select(neighbour => neighbour.ToString())] : [],
                vtep is { } here ? [.. host.ForwardingEntries(here).Select(entry => entry.ToString())] : [],
                [.. attachments().Select(pod => $"{pod.PodNamespace}/{pod.PodName} {string.Join(", ", pod.Addresses)} {pod.State}, {pod.Key}")],
                await listing.TextAsync(Arguments.IsNftables(rules), cancellation)),
            AskJson.Default.StateAnswer,
            cancellation);
    }
}
