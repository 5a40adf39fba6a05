using System.Text;
using Microsoft.Extensions.Logging;
using Overlay.Api.Objects;
using Overlay.Kube.Entities;
using Overlay.Operator.Cluster;

namespace Overlay.Operator.Hosting;

/// <summary>
/// Labels the operator's own namespace so that pods on the node's network may start in it. Helm can not: what `--create-namespace` makes is no
/// part of the release. A label that is there, whatever it says, is an administrator's and stays.
/// </summary>
internal sealed partial class NamespaceLabel(ClusterView cluster, string ns, Action mayAct, TimeProvider time, ILogger logger)
{
    /// <summary>The label (KEP-2579).</summary>
    public const string Name = "pod-security.kubernetes.io/enforce";

    private static readonly byte[] Patch = Encoding.UTF8.GetBytes($$$$"""{"metadata":{"labels":{"{{{{Name}}}}":"privileged"}}}""");

    /// <summary>Labels it, trying again until it is done.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var key = new ObjectKey(null, ns);
        while (cluster.Namespaces.Cache.Find(key) is { } own && own.Metadata.Labels?.ContainsKey(Name) is not true)
        {
            try
            {
                mayAct();
                await cluster.Namespaces.Client.PatchAsync(key, PatchFormat.Merge, Patch, cancel);
                Labelled(logger, ns, Name);
                return;
            }
            catch (KubernetesException e)
            {
                Failed(logger, ns, Name, e.Message);
                await Task.Delay(TimeSpan.FromMinutes(1), time, cancel);
            }
        }
    }

    [LoggerMessage(EventId = 341, Level = LogLevel.Information, Message = "Namespace {Namespace} is labelled {Label}=privileged: agents are on the node's network")]
    private static partial void Labelled(ILogger logger, string @namespace, string label);

    [LoggerMessage(EventId = 342, Level = LogLevel.Warning, Message = "Namespace {Namespace} could not be labelled {Label}=privileged, do it by kubectl label: {Reason}")]
    private static partial void Failed(ILogger logger, string @namespace, string label, string reason);
}
