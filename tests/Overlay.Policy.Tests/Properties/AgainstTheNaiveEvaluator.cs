using System.Globalization;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests.Properties;

/// <summary>Random worlds: the compiled table and the book must agree on every pair and port. OVERLAY_FUZZ_WORLDS=100000 for a long run.</summary>
public class AgainstTheNaiveEvaluator
{
    private static readonly int s_worlds = int.Parse(Environment.GetEnvironmentVariable("OVERLAY_FUZZ_WORLDS") ?? "1000", CultureInfo.InvariantCulture);

    [Fact]
    public void With_prompt_tags_every_verdict_is_right()
    {
        for (var seed = 0; seed < s_worlds; seed++)
        {
            var world = new RandomWorld(seed).Make();
            var judgement = world.Judge();
            var naive = new NaiveEvaluator(world);
            foreach (var (from, to, port, protocol) in Questions(world))
            {
                Equal(naive.Allows(from, to, port, protocol), judgement.Allows(from, to, port, protocol), seed, from, to, port, protocol);
            }
        }
    }

    [Fact]
    public void With_prompt_tags_a_sender_whose_agent_lags_gets_nothing_more()
    {
        for (var seed = 0; seed < s_worlds; seed++)
        {
            var world = new RandomWorld(seed).Make();
            var judgement = world.Judge();
            foreach (var (from, to, port, protocol) in Questions(world).Where(q => world.Pods.ContainsKey(q.From) && world.Pods.ContainsKey(q.To)))
            {
                Equal(judgement.Allows(from, to, port, protocol), judgement.AllowsUnflagged(from, to, port, protocol), seed, from, to, port, protocol);
            }
        }
    }

    [Fact]
    public void With_lagging_tags_nobody_gets_more_than_is_right()
    {
        var lost = 0;
        for (var seed = 0; seed < s_worlds; seed++)
        {
            var random = new RandomWorld(seed);
            var world = random.Make();
            world.Tags = random.LaggingTags(world);
            var judgement = world.Judge();
            var naive = new NaiveEvaluator(world);
            foreach (var (from, to, port, protocol) in Questions(world))
            {
                var right = naive.Allows(from, to, port, protocol);
                var given = judgement.Allows(from, to, port, protocol);
                Equal(false, given && !right, seed, from, to, port, protocol);
                lost += right && !given ? 1 : 0;
            }
        }

        lost.Should().BePositive("lagging tags must be able to cost something, else the test tests nothing");
    }

    [Fact]
    public void An_explanation_agrees_with_the_table()
    {
        for (var seed = 0; seed < s_worlds; seed++)
        {
            var random = new RandomWorld(seed);
            var world = random.Make();
            world.Tags = seed % 2 == 0 ? null : random.LaggingTags(world);
            var judgement = world.Judge();
            var explainer = new PolicyExplainer(world.Inputs());
            foreach (var (from, to, port, protocol) in Questions(world))
            {
                var explanation = explainer.Explain(End(from), End(to), protocol, (ushort)port);
                var verdict = judgement.Verdict(from, to, port, protocol);
                Equal(verdict.Allowed, explanation.Allowed, seed, from, to, port, protocol);
                if (verdict.Allowed && verdict.Because.Rules.Length > 0)
                {
                    // The table names no rule where a sender may do no more than everybody may.
                    var decides = explanation.Ingress.Because.And(explanation.Egress.Because).Rules;
                    Equal(true, decides.Intersect(verdict.Because.Rules).Any(), seed, from, to, port, protocol);
                }
            }

            Endpoint End(string name) =>
                world.Pods.TryGetValue(name, out var labels) ? Endpoint.Pod(name.Split('/')[0], labels) : Endpoint.Outside;
        }
    }

    [Fact]
    public void The_order_of_the_inputs_does_not_matter()
    {
        for (var seed = 0; seed < s_worlds / 10; seed++)
        {
            var inputs = new RandomWorld(seed).Make().Inputs();
            var turned = inputs with
            {
                Policies = [.. inputs.Policies.Reverse()],
                Namespaces = [.. inputs.Namespaces.Reverse()],
                Pods = [.. inputs.Pods.Reverse()],
                Tags = [.. inputs.Tags.Reverse()],
            };
            TableText.Of(PolicyCompiler.Compile(turned)).Should().Be(TableText.Of(PolicyCompiler.Compile(inputs)), $"seed {seed}");
        }
    }

    // An assertion library's call for each of millions of answers would take most of the time.
    private static void Equal(bool expected, bool actual, int seed, string from, string to, int port, IpProtocol protocol)
    {
        if (expected != actual)
        {
            Assert.Fail($"Seed {seed}: {from} -> {to} {protocol} {port}: expected {expected}, got {actual}.");
        }
    }

    private static IEnumerable<(string From, string To, int Port, IpProtocol Protocol)> Questions(World world)
    {
        var ends = world.Pods.Keys.Append("outside").ToList();
        return from source in ends
               from destination in ends
               where world.Pods.ContainsKey(source) || world.Pods.ContainsKey(destination)
               from probe in RandomWorld.Probes
               select (source, destination, probe.Port, probe.Protocol);
    }
}
