using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Overlay.Api.Json;
using Overlay.Policy.Tests.Worlds;

namespace Overlay.Policy.Tests.Conformance;

/// <summary>Plays a case: actions change the world, each step's matrix must then hold.</summary>
internal sealed class ConformanceWorld
{
    private readonly World _world = new();
    private readonly Dictionary<string, IPAddress> _addresses = new(StringComparer.Ordinal);

    public ConformanceWorld(JsonNode environment)
    {
        foreach (var ns in environment["namespaces"]!.AsArray())
        {
            _world.Namespaces[ns!["name"]!.GetValue<string>()] = LabelsOf(ns["labels"]);
        }

        var nodes = environment["nodes"]!.AsArray().ToDictionary(node => node!["name"]!.GetValue<string>(), node => IPAddress.Parse(node!["ip"]!.GetValue<string>()));
        _world.Nodes.AddRange(environment["nodes"]!.AsArray().Select(node => new PolicyNode(node!["name"]!.GetValue<string>(), LabelsOf(node["labels"]), [nodes[node["name"]!.GetValue<string>()]], [])));
        foreach (var pod in environment["pods"]!.AsArray())
        {
            Add(pod!, nodes);
        }

        foreach (var external in environment["externals"] as JsonArray ?? [])
        {
            _addresses[$"ext/{external!["name"]}"] = IPAddress.Parse(external["ip"]!.GetValue<string>());
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
            var protocol = Enum.Parse<IpProtocol>(probe.Split('/')[0]);
            var port = int.Parse(probe.Split('/')[1], CultureInfo.InvariantCulture);
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

    /// <summary>A pod by its name; whatever has no pod behind it, and pods on their node's network, by address.</summary>
    private string EndOf(string end) => _world.Pods.ContainsKey(end) ? end : _addresses[end].ToString();

    private void Act(JsonNode action)
    {
        string Text(string field) => action[field]!.GetValue<string>();
        switch (Text("op"))
        {
            case "apply":
                Apply(JsonNode.Parse(AddressTemplates.Fill(action["manifest"]!.ToJsonString(), _addresses))!);
                break;
            case "delete" when Text("kind") == "ClusterNetworkPolicy":
                _world.ClusterPolicies.Remove(Text("name"));
                break;
            case "delete":
                _world.NetworkPolicies.Remove($"{Text("namespace")}/{Text("name")}");
                break;
            case "setNamespaceLabels":
            case "createNamespace":
                _world.Namespaces[Text("namespace")] = LabelsOf(action["labels"]);
                break;
            case "setPodLabels":
                _world.Pods[$"{Text("namespace")}/{Text("pod")}"] = LabelsOf(action["labels"]);
                break;
            case "createPod":
                Add(action["pod"]!, []);
                break;
            case "deletePod":
                _world.Pods.Remove($"{Text("namespace")}/{Text("pod")}");
                break;
            case "deleteNamespace":
                DeleteNamespace(Text("namespace"));
                break;
            default:
                throw new NotSupportedException($"The conformance data asks for '{Text("op")}', which this player doesn't know.");
        }
    }

    private void Apply(JsonNode manifest)
    {
        if (manifest["kind"]!.GetValue<string>() == "ClusterNetworkPolicy")
        {
            var policy = manifest.Deserialize(OverlayJson.Default.ClusterNetworkPolicy)!;
            _world.ClusterPolicies[policy.Metadata.Name] = policy;
        }
        else
        {
            var policy = manifest.Deserialize(OverlayJson.Default.NetworkPolicy)!;
            _world.NetworkPolicies[policy.Metadata.Key.ToString()] = policy;
        }
    }

    private void DeleteNamespace(string ns)
    {
        var prefix = ns + "/";
        _world.Namespaces.Remove(ns);
        foreach (var pod in _world.Pods.Keys.Where(pod => pod.StartsWith(prefix, StringComparison.Ordinal)).ToList())
        {
            _world.Pods.Remove(pod);
        }

        foreach (var policy in _world.NetworkPolicies.Keys.Where(policy => policy.StartsWith(prefix, StringComparison.Ordinal)).ToList())
        {
            _world.NetworkPolicies.Remove(policy);
        }
    }

    private void Add(JsonNode pod, Dictionary<string, IPAddress> nodes)
    {
        var name = $"{pod["namespace"]!.GetValue<string>()}/{pod["name"]!.GetValue<string>()}";
        if (pod["hostNetwork"]?.GetValue<bool>() == true)
        {
            _addresses[name] = nodes[pod["node"]!.GetValue<string>()];
            return;
        }

        _addresses[name] = IPAddress.Parse(pod["ip"]!.GetValue<string>());
        _world.Pods[name] = LabelsOf(pod["labels"]);
        _world.Addresses[name] = [_addresses[name]];
        _world.Ports[name] =
        [
            .. pod["ports"]!.AsArray().Where(port => port!["name"] is not null)
                .Select(port => new DeclaredPort(port!["name"]!.GetValue<string>(), Enum.Parse<IpProtocol>(port["protocol"]!.GetValue<string>()), port["port"]!.GetValue<ushort>())),
        ];
    }

    private static ImmutableSortedDictionary<string, string> LabelsOf(JsonNode? labels) =>
        (labels as JsonObject ?? []).ToImmutableSortedDictionary(label => label.Key, label => label.Value!.GetValue<string>(), StringComparer.Ordinal);
}
