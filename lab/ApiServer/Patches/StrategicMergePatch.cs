using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.ApiServer.Patches;

/// <summary>Kubernetes' own merge patch.</summary>
internal sealed class StrategicMergePatch(Schema schema, JsonObject patch) : Patch
{
    public override JsonObject Apply(JsonObject current) => _ = schema is null ? current : new MergePatch(patch).Apply(current);
}
