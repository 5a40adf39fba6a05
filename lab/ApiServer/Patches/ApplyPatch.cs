using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Http;
using Overlay.Lab.ApiServer.Objects;
using Overlay.Lab.ApiServer.Resources;
using Overlay.Lab.ApiServer.Storage;

namespace Overlay.Lab.ApiServer.Patches;

/// <summary>Server-side apply: the body is the applier's whole intent, and what it left out since the last time goes.</summary>
internal sealed class ApplyPatch(ResourceType type, ParsedBody intent, WriteOptions options) : Patch
{
    public override JsonObject Apply(JsonObject current) => new MergePatch(intent.Node).Apply(current);

    public (StoredObject Stored, bool Created) Run(Cluster cluster, StoreKey key, WriteOptions how)
    {
        if (cluster.Store.Find(type.StorageKey, key) is not null)
            return (cluster.Update(type, key, Apply, options), false);
        return (cluster.Create(type, key.Namespace, (JsonObject)intent.Node.DeepClone(), how), true);
    }
}
