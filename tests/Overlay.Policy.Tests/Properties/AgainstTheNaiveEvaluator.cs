using System.Globalization;
using Overlay.Api.Wire;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests.Properties;

/// <summary>Random worlds: the compiled table and the book must agree on every pair and port. OVERLAY_FUZZ_WORLDS=100000 for a long run.</summary>
public class AgainstTheNaiveEvaluator
{
    private static readonly int s_worlds = int.Parse(Environment.GetEnvironmentVariable("OVERLAY_FUZZ_WORLDS") ?? "250", CultureInfo.InvariantCulture);

    [Fact]
    public void With_prompt_tags_every_verdict_is_right()
    {
        for (var seed = 0; seed < s_worlds; seed++)
        {
            var world = new RandomWorld(seed).Make();
            var judgement = world.Judge();
            var naive = new NaiveEvaluator(world);
            foreach (var question in RandomWorld.Questions(world))
            {
                Equal(naive.Allows(question), judgement.Verdict(world, question).Allowed, seed, question);
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
            foreach (var question in RandomWorld.Questions(world).Where(q => world.Pods.ContainsKey(q.From) && world.Pods.ContainsKey(q.To)))
            {
                var unflagged = judgement.Verdict(judgement.Sender(question.From).Mark & ~NodeMark.EgressIsolated, world, question);
                Equal(judgement.Verdict(world, question).Allowed, unflagged.Allowed, seed, question);
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
            foreach (var question in RandomWorld.Questions(world))
            {
                var right = naive.Allows(question);
                var given = judgement.Verdict(world, question).Allowed;
                Equal(false, given && !right, seed, question);
                lost += right && !given ? 1 : 0;
            }
        }

        lost.Should().BePositive("lagging tags must be able to cost something, else the test tests nothing");
    }

    [Fact]
    public void A_pod_whose_tag_the_destination_has_not_heard_of_gets_nothing_more_than_is_right()
    {
        for (var seed = 0; seed < s_worlds; seed++)
        {
            var world = new RandomWorld(seed).Make();
            var senders = world.Judge();
            var tags = world.PromptTags();
            world.Tags = [.. tags.Where((_, i) => (i + seed) % 3 != 0)];
            var judgement = world.Judge();
            var naive = new NaiveEvaluator(world);
            foreach (var question in RandomWorld.Questions(world).Where(q => world.Pods.ContainsKey(q.From) && world.Pods.ContainsKey(q.To)))
            {
                Equal(false, judgement.Verdict(senders.Sender(question.From).Mark, world, question).Allowed && !naive.Allows(question), seed, question);
            }
        }
    }

    [Fact]
    public void An_explanation_agrees_with_the_table()
    {
        for (var seed = 0; seed < s_worlds / 3; seed++)
        {
            var random = new RandomWorld(seed);
            var world = random.Make();
            world.Tags = seed % 2 == 0 ? null : random.LaggingTags(world);
            var judgement = world.Judge();
            var explainer = new PolicyExplainer(world.Inputs());
            foreach (var question in RandomWorld.Questions(world))
            {
                var explanation = explainer.Explain(End(question.From), End(question.To), question.Protocol, question.Port);
                var verdict = judgement.Verdict(world, question);
                Equal(verdict.Allowed, explanation.Allowed, seed, question);
                if (verdict.Allowed && verdict.Because.Rules.Length > 0 && world.ClusterPolicies.Count == 0)
                {
                    // The table names no rule where a sender may do no more than everybody may; and what everybody may by one rule, pods may by an earlier
                    // one of a cluster's policy, too.
                    var decides = explanation.Ingress.Because.And(explanation.Egress.Because).Rules;
                    Equal(true, decides.Intersect(verdict.Because.Rules).Any(), seed, question);
                }

                Endpoint End(string name) =>
                    (world.Pods.TryGetValue(name, out var labels) ? Endpoint.Pod(name.Split('/')[0], labels)
                        : name == "10.255.9.0" ? Endpoint.Node
                        : Endpoint.Outside) with
                    {
                        Addresses = [world.AddressOf(name, question.Family)!],
                        Ports = world.Ports.GetValueOrDefault(name, []),
                    };
            }
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
                NetworkPolicies = [.. inputs.NetworkPolicies.Reverse()],
                ClusterPolicies = [.. inputs.ClusterPolicies.Reverse()],
                Namespaces = [.. inputs.Namespaces.Reverse()],
                Pods = [.. inputs.Pods.Reverse()],
                Tags = [.. inputs.Tags.Reverse()],
            };
            TableText.Of(PolicyCompiler.Compile(turned)).Should().Be(TableText.Of(PolicyCompiler.Compile(inputs)), $"seed {seed}");
        }
    }

    // An assertion library's call for each of millions of answers would take most of the time.
    private static void Equal(bool expected, bool actual, int seed, Question question)
    {
        if (expected != actual)
        {
            Assert.Fail($"Seed {seed}: {question}: expected {expected}, got {actual}.");
        }
    }
}
