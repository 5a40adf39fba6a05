using System.Collections.Immutable;
using System.Text;
using Overlay.Api.Objects;
using Overlay.Api.Policies;
using Overlay.Kube.Core;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Cluster.Known;

namespace Overlay.NodeAgent.Tests.Cluster.Known;

/// <summary>Fault 22: a file of known objects is used whole or not at all.</summary>
public sealed class KnownFileTests : IDisposable
{
    private readonly DirectoryInfo _disk = Directory.CreateTempSubdirectory("ovt-known-");

    private string Path => System.IO.Path.Combine(_disk.FullName, "known-objects");

    public void Dispose() => _disk.Delete(recursive: true);

    [Fact]
    public void What_is_written_is_read()
    {
        Write();
        Read().Should().Be("namespaces: shop; pods: shop/front=front; networkpolicies: shop/a, shop/b");
    }

    [Fact]
    public void What_came_changed_and_went_since_is_read_too()
    {
        using (var file = Write())
        {
            file.Append(Policy("c"));
            file.Append(KnownLines.Gone("networkpolicies", new ObjectKey("shop", "a")));
            file.Append(KnownLines.There("pods", """{"metadata":{"name":"front","namespace":"shop","labels":{"app":"changed"}}}"""));
        }

        Read().Should().Be("namespaces: shop; pods: shop/front=changed; networkpolicies: shop/b, shop/c");
    }

    [Fact]
    public void Cut_off_anywhere_it_is_refused()
    {
        using (var file = Write())
            file.Append(Policy("c"));
        var bytes = File.ReadAllBytes(Path);
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(Path, bytes[..length]);
            Refusal().Should().NotBeNull($"{length} of {bytes.Length} bytes are a half");
        }
    }

    [Fact]
    public void With_any_bit_flipped_it_is_refused_or_the_same()
    {
        using (var file = Write())
            file.Append(KnownLines.Gone("networkpolicies", new ObjectKey("shop", "a")));
        var whole = Read();
        var bytes = File.ReadAllBytes(Path);
        var accepted = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = bytes.ToArray();
                damaged[at] ^= (byte)(1 << bit);
                File.WriteAllBytes(Path, damaged);
                if (Refusal() is not null)
                    continue;
                accepted++;
                Read().Should().Be(whole, $"byte {at}, bit {bit}");
            }
        }

        accepted.Should().BeLessThan(16 * 8, "only the length may be wrong, on the low side");
    }

    [Theory]
    [InlineData(" 1 1 ", " 2 2 ", "newer agent")]
    [InlineData(" n1\n", " n2\n", "is of node n2")]
    [InlineData("overlay-known", "overlay-knowm", "not one of ours")]
    public void Another_agents_file_is_refused_and_said_why(string was, string now, string why)
    {
        Write().Dispose();
        File.WriteAllText(Path, File.ReadAllText(Path).Replace(was, now, StringComparison.Ordinal));
        Refusal().Should().Contain(why);
    }

    [Fact]
    public void A_newer_format_that_only_adds_is_read()
    {
        // What an agent of the next version writes that keeps an agent of this one able to read it.
        var header = new KnownHeader(2, 1, 0, "n1");
        string[] lines = ["+ namespaces {\"metadata\":{\"name\":\"shop\"},\"future\":1}", "+ futures {\"metadata\":{\"name\":\"x\"}}", KnownLines.Whole, "~ futures x"];
        var (text, sum) = (new StringBuilder($"{header}\n"), header.Sum);
        foreach (var line in lines)
        {
            sum = sum.Then(line);
            text.Append(sum).Append(' ').Append(line).Append('\n');
        }

        File.WriteAllText(Path, text.ToString());
        Read().Should().StartWith("namespaces: shop;");
    }

    [Fact]
    public void Nothing_is_used_before_all_has_been_read()
    {
        using (var file = Write())
            file.Append(Policy("c"));
        var text = File.ReadAllText(Path);
        File.WriteAllText(Path, text.Replace("\"c\"", "\"d\"", StringComparison.Ordinal));
        var caches = new ClusterCaches();
        var kinds = KnownKinds.Of(caches).ToDictionary(kind => kind.Plural);
        ((Action)(() => KnownFile.Read(Path, "n1", kinds))).Should().Throw<KnownFileException>();
        (caches.Namespaces.Count, caches.NetworkPolicies.Count, caches.HaveSynced).Should().Be((0, 0, false));
    }

    [Fact]
    public void A_policy_that_could_not_be_read_isolates_from_the_file_as_from_the_API_server()
    {
        var caches = Filled();
        var metadata = new ObjectMeta { Name = "odd", Namespace = "shop", Uid = "u" };
        caches.NetworkPolicies.Replace([UnreadablePolicy.Network(metadata, default, "spec: no")]);
        KnownFileWriter.Create(Path, "n1", KnownKinds.Of(caches).SelectMany(kind => kind.Lines())).Dispose();
        var read = Load().NetworkPolicies.Snapshot().Single();
        read.Spec!.PolicyTypes!.Value.Should().Equal(caches.NetworkPolicies.Snapshot().Single().Spec!.PolicyTypes!.Value);
    }

    private KnownFileWriter Write() => KnownFileWriter.Create(Path, "n1", KnownKinds.Of(Filled()).SelectMany(kind => kind.Lines()));

    private static string Policy(string name) => KnownLines.There("networkpolicies", $$$"""{"metadata":{"name":"{{{name}}}","namespace":"shop"}}""");

    private static ClusterCaches Filled()
    {
        var caches = new ClusterCaches();
        caches.Namespaces.Replace([new Namespace { Metadata = new ObjectMeta { Name = "shop" } }]);
        caches.NetworkPolicies.Replace([.. new[] { "a", "b" }.Select(name => new NetworkPolicy { Metadata = new ObjectMeta { Name = name, Namespace = "shop", ResourceVersion = "7" } })]);
        caches.Pods.Replace([new Pod { Metadata = new ObjectMeta { Name = "front", Namespace = "shop", Labels = ImmutableSortedDictionary<string, string>.Empty.Add("app", "front") } }]);
        return caches;
    }

    private ClusterCaches Load()
    {
        var caches = new ClusterCaches();
        var kinds = KnownKinds.Of(caches);
        KnownFile.Read(Path, "n1", kinds.ToDictionary(kind => kind.Plural));
        foreach (var kind in kinds)
            kind.Prime();
        return caches;
    }

    private string Read()
    {
        var caches = Load();
        return $"namespaces: {string.Join(", ", caches.Namespaces.Snapshot().Select(n => n.Metadata.Name))}; "
            + $"pods: {string.Join(", ", caches.Pods.Snapshot().Select(p => $"{p.Metadata.Key}={p.Metadata.Labels?["app"]}"))}; "
            + $"networkpolicies: {string.Join(", ", caches.NetworkPolicies.Snapshot().Select(n => n.Metadata.Key.ToString()).Order())}";
    }

    private string? Refusal()
    {
        try
        {
            Load();
            return null;
        }
        catch (KnownFileException error)
        {
            return error.Message;
        }
    }
}
