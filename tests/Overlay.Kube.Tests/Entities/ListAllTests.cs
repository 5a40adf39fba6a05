using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Tests.Server;

namespace Overlay.Kube.Tests.Entities;

/// <summary>A list is read to its end, and no further, whichever way the server says that it is the end.</summary>
public sealed class ListAllTests
{
    /// <summary>Lists of custom resources end with <c>"continue": ""</c> (k8s.io/apiserver writes them as unstructured objects), those of built-in kinds without the key.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Page_by_page_to_the_end(string? end)
    {
        var cancel = TestContext.Current.CancellationToken;
        var asked = new List<string?>();
        await using var server = new ScriptedServer((request, answer) =>
        {
            var token = request.Query.GetValueOrDefault("continue");
            asked.Add(token);
            return asked.Count > 2 ? answer.FailAsync(500, "Unasked", "there is no third page")
                : answer.JsonAsync(token is null ? Json.Page(7, "more", Json.Namespace("n1", 1)) : Json.Page(7, end, Json.Namespace("n2", 2)));
        });
        using var connection = new ClusterConnection(new ConnectionSettings { Server = server.Address, RequestTimeout = TimeSpan.FromSeconds(5) });

        var names = new List<string>();
        await foreach (var item in new EntityClient<Namespace>(connection, CoreJson.Default.Namespace).ListAllAsync(EntitySelection.All, cancel))
            names.Add(item.Metadata.Name);

        names.Should().Equal("n1", "n2");
        asked.Should().Equal(null, "more");
    }
}
