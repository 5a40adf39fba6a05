using System.Net;

namespace Overlay.Conformance.Data;

/// <summary>What the schema's shape alone can not say: references, addresses, rows as long as their order.</summary>
internal static class FileCheck
{
    public static IEnumerable<string> ProblemsOf(ConformanceFile file)
    {
        if (file.SchemaVersion != ConformanceFile.KnownSchema)
            return [$"schemaVersion is {file.SchemaVersion}, this runner reads {ConformanceFile.KnownSchema}."];
        return
        [
            .. file.Environments.SelectMany(e => ProblemsOf(e.Value).Select(problem => $"environment {e.Key}: {problem}")),
            .. file.Cases.GroupBy(c => c.Id, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => $"case {same.Key} is there {same.Count()} times."),
            .. file.Cases.SelectMany(c => ProblemsOf(file, c).Select(problem => $"case {c.Id}: {problem}")),
        ];
    }

    private static IEnumerable<string> ProblemsOf(EnvironmentDeclaration environment)
    {
        var nodes = environment.Nodes.Select(n => n.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, ip) in environment.Nodes.Select(n => (n.Name, n.Ip)).Concat(environment.Externals.Select(e => ("ext/" + e.Name, e.Ip))))
        {
            if (!IPAddress.TryParse(ip, out _))
                yield return $"{name} has the address '{ip}', which is none.";
        }

        foreach (var problem in environment.Pods.SelectMany(pod => ProblemsOf(pod, nodes)))
            yield return problem;
    }

    private static IEnumerable<string> ProblemsOf(PodDeclaration pod, HashSet<string> nodes)
    {
        if (!IPAddress.TryParse(pod.Ip, out _))
            yield return $"pod {pod.Key} has the address '{pod.Ip}', which is none.";
        if (!nodes.Contains(pod.Node))
            yield return $"pod {pod.Key} is on node '{pod.Node}', which the environment has not.";
    }

    private static IEnumerable<string> ProblemsOf(ConformanceFile file, ConformanceCase @case)
    {
        if (!file.Environments.TryGetValue(@case.Environment, out var environment))
            return [$"it wants the environment '{@case.Environment}', which the file has not."];
        var nodes = environment.Nodes.Select(n => n.Name).ToHashSet(StringComparer.Ordinal);
        return @case.Steps.SelectMany((step, i) =>
            step.Actions.SelectMany(action => ProblemsOf(action, nodes)).Concat(ProblemsOf(step.Expect)).Select(problem => $"step {i + 1}: {problem}"));
    }

    private static IEnumerable<string> ProblemsOf(StepAction action, HashSet<string> nodes) => action switch
    {
        CreatePod create => ProblemsOf(create.Pod, nodes),
        ApplyPolicy apply when !IsPolicy((string?)apply.Manifest["kind"]) => [$"apply of the kind '{apply.Manifest["kind"]}': NetworkPolicy and ClusterNetworkPolicy are known."],
        ApplyPolicy apply when (string?)apply.Manifest["metadata"]?["name"] is null => ["apply of a manifest without metadata.name."],
        DeletePolicy delete when !IsPolicy(delete.Kind) => [$"delete of the kind '{delete.Kind}': NetworkPolicy and ClusterNetworkPolicy are known."],
        _ => [],
    };

    private static bool IsPolicy(string? kind) => kind is "NetworkPolicy" or "ClusterNetworkPolicy";

    private static IEnumerable<string> ProblemsOf(Expectation expect)
    {
        foreach (var (probe, rows) in expect.Matrix)
        {
            if (PortProblem(probe) is { } problem)
                yield return problem;
            foreach (var (from, row) in rows)
            {
                if (row.Length != expect.Order.Length)
                    yield return $"the row {probe} {from} has {row.Length} characters for {expect.Order.Length} endpoints.";
                if (row.FirstOrDefault(c => !Expectation.Characters.Contains(c, StringComparison.Ordinal)) is var odd and not '\0')
                    yield return $"the row {probe} {from} has the character '{odd}': {Expectation.Characters} are known.";
            }
        }
    }

    private static string? PortProblem(string probe)
    {
        try
        {
            PortProbe.Parse(probe);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
