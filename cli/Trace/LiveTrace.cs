using System.Globalization;
using System.Net;
using System.Text.Json;
using Overlay.Asking.Answers;
using Overlay.Cli.Agents;
using Overlay.Cli.Arguments;
using Overlay.Cli.Explain;
using Overlay.Cli.Explain.Kernel;

namespace Overlay.Cli.Trace;

/// <summary>Lets the agents of both nodes look on while the source's sends a probe.</summary>
/// <param name="agents">The agents.</param>
internal sealed class LiveTrace(AgentPods agents)
{
    /// <summary>Traces.</summary>
    /// <param name="answer">What policy says.</param>
    /// <param name="from">The pod that opens the connection.</param>
    /// <param name="to">The pod that it goes to.</param>
    /// <param name="asked">The protocol and port.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="AgentException">An agent can not be asked.</exception>
    /// <exception cref="UsageException">One of the ends has no node yet, or no address of the other's family.</exception>
    public async Task<TraceReport> RunAsync(Answer answer, FoundEnd from, FoundEnd to, PortAsked asked, CancellationToken cancel)
    {
        var question = KernelQuestion.Of(from, to, out var whyNot) ?? throw new UsageException($"nothing can be traced: {whyNot}");
        var places = new TracePlaces(answer.Source, question.SourceNode!, $"{question.Source}", question.Node, $"{new IPEndPoint(question.Destination, asked.Port)}");
        string[] flow = [$"{question.Source}", $"{question.Destination}", $"{asked.Protocol}", asked.Port.ToString(CultureInfo.InvariantCulture)];

        await using var lines = new LineStream();
        var arriving = agents.AskAsync(places.DestinationNode, ["arrive", .. flow], lines, cancel);
        if (await Task.WhenAny(lines.First, arriving) == arriving)
            await arriving;
        var left = await agents.AskAsync(places.SourceNode, ["depart", .. flow], AskJson.Default.DepartureAnswer, cancel);
        await arriving;
        var came = JsonSerializer.Deserialize(lines.Last, AskJson.Default.ArrivalAnswer) ?? throw new AgentException($"{places.DestinationNode}'s agent saw nothing");
        var steps = new TraceSteps(answer, places, left, came);
        return new TraceReport(answer.Source, answer.Destination, $"{asked}", answer.Allowed, left.Outcome, steps.Passed, steps.All(), answer.Notes);
    }
}
