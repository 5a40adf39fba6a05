using System.Text.Json.Nodes;
using Overlay.Lab.State;
using Overlay.Lab.Underlay;

namespace Overlay.Lab;

/// <summary>What kind of lab to build.</summary>
public sealed record LabOptions
{
    /// <summary>Whose it is: names and folders.</summary>
    public LabInstance Instance { get; init; } = LabInstance.Default;

    /// <summary>How many nodes, 1 to 200.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>How many operators; one leads.</summary>
    public int Operators { get; init; } = 1;

    /// <summary>More arguments for the operators, as <c>--rest 5</c>.</summary>
    public IReadOnlyList<string> OperatorArguments { get; init; } = [];

    /// <summary>More arguments for the API server, as <c>--requests FILE</c>.</summary>
    public IReadOnlyList<string> ApiServerArguments { get; init; } = [];

    /// <summary>The folder of the published binaries.</summary>
    public string Binaries { get; init; } = LabPaths.Binaries();

    /// <summary>The folder of the CustomResourceDefinitions.</summary>
    public string Crds { get; init; } = LabPaths.Crds();

    /// <summary>The address families of underlay and pools.</summary>
    public LabStack Stack { get; init; } = LabStack.IPv4;

    /// <summary>The OverlayNetwork's spec; the stack's pools when nothing else is asked for.</summary>
    public JsonObject NetworkSpec
    {
        get => field ?? Stack.NetworkSpec();
        init;
    }

    /// <summary>
    /// Whether operator and agents run as processes of the lab. Without, there are the underlay, Nodes, and an API server that knows nothing of Overlay:
    /// it is for something else to install.
    /// </summary>
    public bool Installed { get; init; } = true;

    /// <summary>Whether a runtime serves the pods that are created; without, tests call CNI by themselves.</summary>
    public bool PodRuntime { get; init; } = true;
}
