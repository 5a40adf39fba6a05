using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Overlay.Api.Objects;
using Overlay.Kube.Core;

namespace Overlay.Cli.Check.Connectivity;

/// <summary>What is made for a check of connectivity: a namespace, a probe on each node, a Service, a policy. Pure.</summary>
/// <param name="Namespace">The namespace, which holds all of it.</param>
/// <param name="Nodes">The nodes that are tried, in order; the first is the source that the policy denies, the second the target.</param>
internal sealed record ProbePlan(string Namespace, ImmutableArray<string> Nodes)
{
    /// <summary>The port that probes greet on.</summary>
    public const int Port = 8080;

    /// <summary>So much must come back: more than 40 full packets, of jumbo frames still 7.</summary>
    public const int Bytes = 64 * 1024;

    /// <summary>The probes' container.</summary>
    public const string Container = "probe";

    /// <summary>The Service before the target, and the policy.</summary>
    public const string Service = "probe-target", Policy = "no-source";

    /// <summary>Probes are told apart by three workloads, not by one for each node: more would need as many tags.</summary>
    private const string WorkloadLabel = "app", Source = "probe-source", Target = "probe-target", Bystander = "probe-bystander";

    /// <summary>After so many seconds kubelets end the probes, should nobody clean up.</summary>
    private const int Deadline = 900;

    /// <summary>Plans.</summary>
    /// <param name="nodes">The nodes whose agents run.</param>
    /// <param name="most">So many of them are tried.</param>
    public static ProbePlan Of(IEnumerable<string> nodes, int most) =>
        new($"overlay-check-{RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5)}", [.. nodes.Distinct().Order(StringComparer.Ordinal).Take(most)]);

    /// <summary>All pairs of different nodes, in both orders.</summary>
    public IEnumerable<(string From, string To)> Pairs => Nodes.SelectMany(from => Nodes.Where(to => to != from).Select(to => (from, to)));

    /// <summary>The nodes whose probes reach another node's at all its addresses, in the plan's order.</summary>
    /// <param name="to">The other node.</param>
    /// <param name="trials">What was found.</param>
    public ImmutableArray<string> Reaching(string to, IReadOnlyCollection<Trial> trials) =>
    [
        .. Nodes.Where(from => trials.Where(trial => trial.Kind == TrialKind.Greeting && trial.From == from && trial.To == to).ToList() is { Count: > 0 } tried && tried.TrueForAll(trial => trial.Good)),
    ];

    /// <summary>The namespace, with a label to find leftovers by.</summary>
    public Namespace Home => new()
    {
        Metadata = new ObjectMeta { Name = Namespace, Labels = Labels("app.kubernetes.io/managed-by", "kubectl-overlay") },
    };

    /// <summary>A node's probe.</summary>
    public ObjectKey PodOf(string node) => new(Namespace, $"probe-{Nodes.IndexOf(node) + 1}");

    /// <summary>A node's pod, made after an agent's container: its image is there already, and it knows where the program is.</summary>
    /// <param name="node">The node.</param>
    /// <param name="agent">An agent's container.</param>
    /// <param name="image">Another image; null: the agent's.</param>
    public ProbePod Probe(string node, ProbeContainer agent, string? image) => new()
    {
        Metadata = new ObjectMeta { Name = PodOf(node).Name, Namespace = Namespace, Labels = Labels(WorkloadLabel, WorkloadOf(node)) },
        Spec = new ProbePodSpec
        {
            NodeName = node,
            Tolerations = [new ProbeToleration("Exists")],
            AutomountServiceAccountToken = false,
            TerminationGracePeriodSeconds = 1,
            ActiveDeadlineSeconds = Deadline,
            Containers =
            [
                new ProbeContainer(Container)
                {
                    Image = image ?? agent.Image,
                    ImagePullPolicy = "IfNotPresent",
                    Command = [ProgramOf(agent), "probe", "serve", "--port", $"{Port}"],
                    Env = agent.Env?.Where(variable => variable is { Name: "PATH", Value: not null }).ToImmutableArray(),
                    Ports = [new ContainerPort(Port)],
                    SecurityContext = new ProbeRights
                    {
                        AllowPrivilegeEscalation = false,
                        RunAsNonRoot = true,
                        RunAsUser = 65532,
                        ReadOnlyRootFilesystem = true,
                        Capabilities = new ProbeCapabilities { Drop = ["ALL"] },
                        SeccompProfile = new ProbeSeccomp("RuntimeDefault"),
                    },
                },
            ],
        },
    };

    /// <summary>The agent's program, as its own container names it.</summary>
    public static string ProgramOf(ProbeContainer agent) => agent.Command is [var program, ..] ? program : "overlay-agent";

    /// <summary>The Service before the target.</summary>
    public byte[] ServiceManifest => Encoding.UTF8.GetBytes(
        $"""
        apiVersion: v1
        kind: Service
        metadata:
          name: {Service}
          namespace: {Namespace}
        spec:
          selector:
            {WorkloadLabel}: {Target}
          ports:
            - port: {Port}
        """);

    /// <summary>The policy: everybody but the source may connect to the target.</summary>
    public byte[] PolicyManifest => Encoding.UTF8.GetBytes(
        $"""
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata:
          name: {Policy}
          namespace: {Namespace}
        spec:
          policyTypes: [Ingress]
          podSelector:
            matchLabels:
              {WorkloadLabel}: {Target}
          ingress:
            - from:
                - podSelector:
                    matchExpressions:
                      - key: {WorkloadLabel}
                        operator: NotIn
                        values: [{Source}]
        """);

    private string WorkloadOf(string node) => Nodes.IndexOf(node) switch { 0 => Source, 1 => Target, _ => Bystander };

    private static ImmutableSortedDictionary<string, string> Labels(string key, string value) => ImmutableSortedDictionary<string, string>.Empty.Add(key, value);
}
