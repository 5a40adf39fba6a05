using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Overlay.Api.Nodes;

namespace Overlay.Operator.Hosting;

/// <summary>How the operator runs: arguments first, then environment, then defaults.</summary>
internal sealed record OperatorOptions
{
    /// <summary>The kubeconfig to use; null: the environment decides (KUBECONFIG, then the pod's service account).</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The namespace of the operator's and the agents' Leases.</summary>
    public string Namespace { get; init; } = AgentLease.DefaultNamespace;

    /// <summary>Where probes and metrics are answered; null: nowhere.</summary>
    public IPEndPoint? Probe { get; init; } = new(IPAddress.Any, 9965);

    /// <summary>How long a released subnet or tag rests at least.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether one of several operators leads; without, all work, which is safe and wasteful.</summary>
    public bool LeaderElection { get; init; } = true;

    /// <summary>How long others wait for a leader that is silent.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a leader goes on without a renewal.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause between tries to renew or acquire.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The name to stand for leadership by; unique to the process.</summary>
    public string Identity { get; init; } = $"{Environment.MachineName}-{Guid.NewGuid():N}"[..Math.Min(63, Environment.MachineName.Length + 9)];

    /// <summary>The least level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Whether the log is one JSON object a line.</summary>
    public bool JsonLog { get; init; }

    /// <summary>Whether the namespace is labelled for pod security.</summary>
    public bool LabelNamespace { get; init; }

    /// <summary>Where the image has the definitions.</summary>
    public const string DefaultDefinitions = "/usr/share/overlay/crds";

    /// <summary>Where the definitions are that <c>crds</c> applies.</summary>
    public string Definitions { get; init; } = DefaultDefinitions;

    /// <summary>How long an errand may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage = """
        overlay-operator: gives nodes their subnets and workloads their tags.
        overlay-operator crds: applies the definitions that it was built with, and ends.
        overlay-operator uninstall stop|finish: what the chart's clean-up hooks do, and ends.

          --kubeconfig FILE        (OVERLAY_KUBECONFIG)       the API server; else KUBECONFIG, else the pod's service account
          --namespace NAME         (OVERLAY_NAMESPACE)        where the Leases are; overlay-system
          --probe-address IP:PORT  (OVERLAY_PROBE_ADDRESS)    /healthz, /readyz, /metrics; 0.0.0.0:9965; 'none' for none
          --rest TIME              (OVERLAY_REST)             how long a released subnet or tag rests; 01:00:00
          --leader-election BOOL   (OVERLAY_LEADER_ELECTION)  true
          --lease-duration TIME    (OVERLAY_LEASE_DURATION)   00:00:15
          --renew-deadline TIME    (OVERLAY_RENEW_DEADLINE)   00:00:10
          --retry-period TIME      (OVERLAY_RETRY_PERIOD)     00:00:02
          --identity NAME          (OVERLAY_IDENTITY)         the name in the Lease; host name and a random part
          --label-namespace BOOL   (OVERLAY_LABEL_NAMESPACE)  label the namespace for pod security; false
          --crd-dir DIR            (OVERLAY_CRD_DIR)          the definitions that crds applies; /usr/share/overlay/crds
          --timeout TIME           (OVERLAY_TIMEOUT)          how long crds or uninstall may take; 00:02:00
          --log-level LEVEL        (OVERLAY_LOG_LEVEL)        Information
          --log-format FORMAT      (OVERLAY_LOG_FORMAT)       console or json

        TIME is hours:minutes:seconds, or seconds.
        """;

    /// <summary>Reads arguments (<c>--name value</c> or <c>--name=value</c>) and environment.</summary>
    /// <exception cref="FormatException">An argument is unknown or its value makes no sense; the message says which.</exception>
    public static OperatorOptions Parse(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        var options = new OperatorOptions();
        foreach (var name in Names)
        {
            if (environment("OVERLAY_" + name.ToUpperInvariant().Replace('-', '_')) is { Length: > 0 } value)
            {
                options = options.With(name, value);
            }
        }

        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left, right) : (args[i], i + 1 < args.Count ? args[++i] : null);
            options = name.StartsWith("--", StringComparison.Ordinal) && value is not null
                ? options.With(name[2..], value)
                : throw new FormatException($"argument '{name}' is unknown or lacks its value; --help shows what there is");
        }

        return options;
    }

    private static readonly string[] Names =
    [
        "kubeconfig", "namespace", "probe-address", "rest", "leader-election", "lease-duration", "renew-deadline", "retry-period", "identity",
        "label-namespace", "crd-dir", "timeout", "log-level", "log-format",
    ];

    private OperatorOptions With(string name, string value)
    {
        try
        {
            return name switch
            {
                "kubeconfig" => this with { Kubeconfig = value },
                "namespace" => this with { Namespace = value },
                "probe-address" => this with { Probe = value is "none" ? null : IPEndPoint.Parse(value) },
                "rest" => this with { Rest = Time(value) },
                "leader-election" => this with { LeaderElection = bool.Parse(value) },
                "lease-duration" => this with { LeaseDuration = Time(value) },
                "renew-deadline" => this with { RenewDeadline = Time(value) },
                "retry-period" => this with { RetryPeriod = Time(value) },
                "identity" => this with { Identity = value },
                "label-namespace" => this with { LabelNamespace = bool.Parse(value) },
                "crd-dir" => this with { Definitions = value },
                "timeout" => this with { Timeout = Time(value) },
                "log-level" => this with { LogLevel = Enum.Parse<LogLevel>(value, ignoreCase: true) },
                "log-format" => this with { JsonLog = value is "json" || (value is "console" ? false : throw new FormatException("it is console or json")) },
                _ => throw new FormatException("there is no such option; --help shows what there is"),
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw new FormatException($"--{name} '{value}': {e.Message}", e);
        }
    }

    private static TimeSpan Time(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.Parse(text, CultureInfo.InvariantCulture);
}
