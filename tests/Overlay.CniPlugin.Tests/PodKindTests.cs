using Overlay.CniPlugin.Tests.Bed;

namespace Overlay.CniPlugin.Tests;

/// <summary>Pods as a kubelet has them, beside the plain one: static pods, and pods whose sandbox is made anew.</summary>
public sealed class PodKindTests : IAsyncLifetime
{
    private NodeBed _node = null!;

    public async ValueTask InitializeAsync() => _node = await NodeBed.StartAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_static_pod_is_wired_by_its_mirror_and_stays_itself_when_that_is_made_anew()
    {
        var pod = _node.Pod(known: false);
        _node.Add(pod).Code.Should().Be(11, "the kubelet has not written the mirror yet");
        _node.Put("mirror", Objects.Mirror("shop", pod.Name, pod.Uid, "front"));
        var added = _node.Add(pod);
        added.Code.Should().Be(0, added.Stdout);
        _node.Check(pod, added.Stdout).Code.Should().Be(0);
        var group = _node.Veths.Should().ContainSingle().Which.Group;

        // Somebody deletes the mirror; the kubelet makes another, with another UID.
        _node.Put("mirror", Objects.Mirror("shop", pod.Name, pod.Uid, "back").Replace("of-the-api", "of-the-api-again", StringComparison.Ordinal));
        await _node.UntilAsync(() => _node.Veths.Single().Group != group, TimeSpan.FromSeconds(5), "the pod is judged by the labels of its new mirror");
        _node.Check(pod, added.Stdout).Code.Should().Be(0);
    }

    [Fact]
    public void A_new_sandbox_of_a_pod_is_wired_beside_the_old_one_and_outlives_it()
    {
        var pod = _node.Pod();
        var before = _node.Add(pod);
        var anew = pod with { Container = "c-anew", Namespace = _node.Pod(known: false).Namespace };
        var after = _node.Add(anew);
        after.Code.Should().Be(0, after.Stdout);
        after.Address.Should().NotBe(before.Address);
        _node.Del(pod).ExitCode.Should().Be(0);
        _node.Check(anew, after.Stdout).Code.Should().Be(0, "the late DEL of the old sandbox concerns that one only");
        _node.Routed.Should().Equal(after.Address);
    }
}
