using System.Text.Json.Nodes;
using k8s.Models;
using Overlay.Lab.ApiServer.Patches;
using Overlay.Lab.ApiServer.Schemas;

namespace Overlay.Lab.Tests.ApiServer.Patches;

public sealed class StrategicMergeTests
{
    private const string Pod = """{"metadata":{"labels":{"a":"1","b":"2"},"finalizers":["x","y"]},"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"}],"tolerations":[{"key":"k"}]}}""";

    [Theory]
    [InlineData("""{"spec":{"containers":[{"name":"b","image":"3"}]}}""", "spec.containers", """[{"name":"a","image":"1"},{"name":"b","image":"3"}]""", "items merge by their key")]
    [InlineData("""{"spec":{"containers":[{"name":"c"}]}}""", "spec.containers", """[{"name":"a","image":"1"},{"name":"b","image":"2"},{"name":"c"}]""", "new keys are added")]
    [InlineData("""{"spec":{"containers":[{"name":"a","$patch":"delete"}]}}""", "spec.containers", """[{"name":"b","image":"2"}]""", "a directive deletes")]
    [InlineData("""{"spec":{"containers":[{"$patch":"replace"},{"name":"z"}]}}""", "spec.containers", """[{"name":"z"}]""", "a directive replaces")]
    [InlineData("""{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"a","image":"9"}]}}""", "spec.containers", """[{"name":"b","image":"2"},{"name":"a","image":"9"}]""", "order is kept as told")]
    [InlineData("""{"spec":{"tolerations":[{"key":"n"}]}}""", "spec.tolerations", """[{"key":"n"}]""", "lists without a key are replaced")]
    [InlineData("""{"metadata":{"labels":{"a":null,"c":"3"}}}""", "metadata.labels", """{"b":"2","c":"3"}""", "null removes")]
    [InlineData("""{"metadata":{"labels":{"$patch":"replace","c":"3"}}}""", "metadata.labels", """{"c":"3"}""", "a map is replaced")]
    [InlineData("""{"metadata":{"finalizers":["z"]}}""", "metadata.finalizers", """["x","y","z"]""", "sets unite")]
    [InlineData("""{"metadata":{"$deleteFromPrimitiveList/finalizers":["x"]}}""", "metadata.finalizers", """["y"]""", "and lose members by directive")]
    [InlineData("""{"spec":{"$retainKeys":["tolerations"]}}""", "spec", """{"tolerations":[{"key":"k"}]}""", "retainKeys drops the rest")]
    public void Merges(string patch, string path, string expected, string because)
    {
        var result = new StrategicMergePatch(ModelSchemas.Of(typeof(V1Pod)), (JsonObject)JsonNode.Parse(patch)!).Apply((JsonObject)JsonNode.Parse(Pod)!);
        var at = path.Split('.').Aggregate((JsonNode?)result, (node, step) => node![step]);
        JsonNode.DeepEquals(at, JsonNode.Parse(expected)).Should().BeTrue("{0}, but got {1}", because, at?.ToJsonString());
    }
}
