using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests.Conformance;

/// <summary>Plays a case: actions change the world, each step's matrix must then hold.</summary>
internal sealed class ConformanceWorld
{
    private readonly World _world = new();
    private readonly HashSet<string> _hostPods = [];

    public ConformanceWorld(JsonNode environment)
    {
        foreach (var ns in environment["namespaces"]!.AsArray())
        {
            _world.Namespaces[ns!["name"]!.GetValue<string>()] = LabelsOf(ns["labels"]);
        }

        foreach (var pod in environment["pods"]!.AsArray())
        {
            Add(pod!);
        }
    }

    public int Cells { get; private set; }

    /// <summary>Plays one step; gives the cells that came out wrong.</summary>
    public IEnumerable<string> Play(JsonNode step)
    {
        foreach (var action in step["actions"]!.AsArray())
        {
            Act(action!);
        }

        var judgement = _world.Judge();
        var order = step["expect"]!["order"]!.AsArray().Select(end => end!.GetValue<string>()).ToList();
        foreach (var (probe, rows) in step["expect"]!["matrix"]!.AsObject())
        {
            var protocol = Enum.Parse<PortProtocol>(probe.Split('/')[0]);
            var port = int.Parse(probe.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture);
            foreach (var (from, row) in rows!.AsObject())
            {
                for (var i = 0; i < order.Count; i++)
                {
                    var expected = row!.GetValue<string>()[i];
                    if (expected is not ('.' or 'X'))
                    {
                        continue;
                    }

                    Cells++;
                    if (judgement.Allows(EndOf(from), EndOf(order[i]), port, protocol) != (expected == '.'))
                    {
                        yield return $"{from} -> {order[i]} {probe}: expected {expected}";
                    }
                }
            }
        }
    }

    private string EndOf(string end) => end.StartsWith("ext/", StringComparison.Ordinal) ? "outside" : _hostPods.Contains(end) ? "node" : end;

    private void Act(JsonNode action)
    {
        string Text(string field) => action[field]!.GetValue<string>();
        switch (Text("op"))
        {
            case "apply":
                var manifest = action["manifest"]!;
                var metadata = manifest["metadata"]!;
                _world.Policy(
                    new OverlayPolicy
                    {
                        Metadata = new ObjectMeta { Namespace = metadata["namespace"]!.GetValue<string>(), Name = metadata["name"]!.GetValue<string>() },
                        Spec = manifest["spec"].Deserialize<OverlayPolicySpec>(Yaml.Options)!,
                    }
                );
                break;
            case "delete":
                _world.Policies.Remove($"{Text("namespace")}/{Text("name")}");
                break;
            case "setNamespaceLabels":
            case "createNamespace":
                _world.Namespaces[Text("namespace")] = LabelsOf(action["labels"]);
                break;
            case "setPodLabels":
                _world.Pods[$"{Text("namespace")}/{Text("pod")}"] = LabelsOf(action["labels"]);
                break;
            case "createPod":
                Add(action["pod"]!);
                break;
            case "deletePod":
                _world.Pods.Remove($"{Text("namespace")}/{Text("pod")}");
                break;
            case "deleteNamespace":
                var prefix = Text("namespace") + "/";
                _world.Namespaces.Remove(Text("namespace"));
                foreach (var pod in _world.Pods.Keys.Where(pod => pod.StartsWith(prefix, StringComparison.Ordinal)).ToList())
                {
                    _world.Pods.Remove(pod);
                }

                foreach (var policy in _world.Policies.Keys.Where(policy => policy.StartsWith(prefix, StringComparison.Ordinal)).ToList())
                {
                    _world.Policies.Remove(policy);
                }

                break;
            default:
                throw new NotSupportedException($"The conformance data asks for '{Text("op")}', which this player doesn't know.");
        }
    }

    private void Add(JsonNode pod)
    {
        var name = $"{pod["namespace"]!.GetValue<string>()}/{pod["name"]!.GetValue<string>()}";
        if (pod["hostNetwork"]?.GetValue<bool>() == true)
        {
            _hostPods.Add(name);
        }
        else
        {
            _world.Pods[name] = LabelsOf(pod["labels"]);
        }
    }

    private static ImmutableSortedDictionary<string, string> LabelsOf(JsonNode? labels) =>
        (labels as JsonObject ?? []).ToImmutableSortedDictionary(label => label.Key, label => label.Value!.GetValue<string>(), StringComparer.Ordinal);
}
