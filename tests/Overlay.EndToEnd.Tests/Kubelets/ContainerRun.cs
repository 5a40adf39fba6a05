using System.Text.Json.Nodes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>One container of a pod: its attempts, its state, its probes.</summary>
internal sealed class ContainerRun(JsonObject container, HttpClient http)
{
    private static readonly TimeSpan BackOff = TimeSpan.FromSeconds(1);
    private readonly IReadOnlyDictionary<string, int> _ports =
        (container["ports"] as JsonArray ?? []).OfType<JsonObject>().Where(p => p["name"] is not null).ToDictionary(p => (string)p["name"]!, p => (int)p["containerPort"]!, StringComparer.Ordinal);

    private Probing _startup = null!;
    private Probing _readiness = null!;
    private Probing _liveness = null!;
    private long _ended;

    /// <summary>As the pod has it.</summary>
    public JsonObject Container => container;

    /// <summary>Its name.</summary>
    public string Name => (string)container["name"]!;

    /// <summary>The runtime's id of it; null: it was never started.</summary>
    public string? Id { get; private set; }

    /// <summary>How often it was started.</summary>
    public int Attempts { get; private set; }

    /// <summary>How it was, last seen.</summary>
    public ContainerState State { get; private set; }

    /// <summary>Whether it runs and its probes say that it is ready.</summary>
    public bool IsReady => Id is not null && State.Running && _startup.IsWell && _readiness.IsWell;

    /// <summary>What its probes heard last.</summary>
    public string Heard => Id is null ? "" : _startup.IsWell ? _readiness.Heard : _startup.Heard;

    /// <summary>Whether it may be started again: at once after its first end, then not so soon.</summary>
    public bool MayStart => Attempts < 2 || TimeProvider.System.GetElapsedTime(_ended) > BackOff;

    /// <summary>It was started.</summary>
    public void Started(string id)
    {
        (Id, State) = (id, new ContainerState(true, 0));
        Attempts++;
        _startup = new Probing(container["startupProbe"] as JsonObject, _ports, http, otherwise: false);
        _readiness = new Probing(container["readinessProbe"] as JsonObject, _ports, http, otherwise: false);
        _liveness = new Probing(container["livenessProbe"] as JsonObject, _ports, http, otherwise: true);
    }

    /// <summary>It was looked at.</summary>
    public void Seen(ContainerState state)
    {
        if (State.Running && !state.Running)
            _ended = TimeProvider.System.GetTimestamp();
        State = state;
    }

    /// <summary>Asks its probes.</summary>
    /// <returns>False: it must be ended, and started anew.</returns>
    public async Task<bool> AskAsync(CancellationToken cancel)
    {
        if (!_startup.IsWell)
        {
            await _startup.AskAsync(cancel);
            return !_startup.HasFailed;
        }

        await _readiness.AskAsync(cancel);
        await _liveness.AskAsync(cancel);
        return !_liveness.HasFailed;
    }

    /// <summary>Its ContainerStatus.</summary>
    public JsonObject Status(string lastWords) => new()
    {
        ["name"] = Name,
        ["image"] = (string)container["image"]!,
        ["imageID"] = "",
        ["containerID"] = Id is null ? null : "containerd://" + Id,
        ["ready"] = Id is not null && (IsReady || (!State.Running && State.ExitCode == 0)),
        ["started"] = Id is not null && State.Running && _startup.IsWell,
        ["restartCount"] = Math.Max(0, Attempts - 1),
        ["state"] = Id is null ? new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "PodInitializing" } }
            : State.Running ? new JsonObject { ["running"] = new JsonObject() }
            : new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = State.ExitCode, ["message"] = lastWords } },
    };
}
