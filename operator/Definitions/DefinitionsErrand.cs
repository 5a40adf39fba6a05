using Overlay.Api;
using Overlay.Api.Objects;
using Overlay.Kube.Connection;
using Overlay.Kube.Entities;
using Overlay.Operator.Hosting;

namespace Overlay.Operator.Definitions;

/// <summary><c>overlay-operator crds</c>: applies the definitions that this operator was built with. Helm installs a chart's crds/ once and never upgrades it.</summary>
/// <param name="connection">The API server.</param>
/// <param name="folder">The files, each named for the plural of its kind, as <c>subnets.yaml</c>.</param>
/// <param name="say">Prints a line.</param>
internal sealed class DefinitionsErrand(ClusterConnection connection, string folder, Action<string> say)
{
    private readonly EntityClient<CustomResourceDefinition> _client = new(
        connection, ErrandJson.Default.CustomResourceDefinition, new EntityClientOptions { FieldManager = "overlay-operator" });

    /// <summary>Applies all of them; what a definition has that its file does not say, as another's annotation, stays.</summary>
    /// <exception cref="FormatException">There are no files in the folder.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.yaml") : [];
        if (files.Length == 0)
        {
            throw new FormatException($"--crd-dir {folder}: there are no definitions (*.yaml); the operator's image has them in {OperatorOptions.DefaultDefinitions}");
        }

        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var name = $"{Path.GetFileNameWithoutExtension(file)}.{OverlayGroup.Name}";

            // By force: Helm made them, and is the owner of what they say.
            await _client.ApplyTextAsync(new ObjectKey(null, name), await File.ReadAllBytesAsync(file, cancel), force: true, cancel);
            say($"applied CustomResourceDefinition {name}");
        }
    }
}
