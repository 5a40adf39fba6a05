using System.Globalization;
using Overlay.Api.Objects;
using Overlay.Kube.Connection;
using Overlay.Kube.Entities;

namespace Overlay.Kube.Core;

/// <summary>Reads what a container has printed (get on pods/log).</summary>
/// <param name="connection">The shared connection.</param>
public sealed class PodLog(ClusterConnection connection)
{
    /// <summary>The end of a log.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="container">Its container.</param>
    /// <param name="lines">The most lines.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="KubernetesException">It can not be read.</exception>
    public async Task<string> TailAsync(ObjectKey pod, string container, int lines, CancellationToken cancel)
    {
        var path = RequestPath.Object(Pod.Definition, pod, "log").With("container", container).With("tailLines", lines.ToString(CultureInfo.InvariantCulture));
        var client = new EntityClient<Pod>(connection, CoreJson.Default.Pod);
        using var answer = await client.SendAsync($"get log of pods {pod}", new HttpRequestMessage(HttpMethod.Get, path.ToUri()), HttpCompletionOption.ResponseContentRead, cancel);
        return await answer.Content.ReadAsStringAsync(cancel);
    }
}
