using System.Net.Sockets;
using Overlay.EndToEnd.Tests.Faults;
using Overlay.Lab;
using Overlay.Lab.Probes;
using Overlay.Lab.Shop;

namespace Overlay.EndToEnd.Tests.Shop;

[Collection(LabCollection.Name)]
public sealed class ShopTests(LabFixture lab)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_policies_everybody_reaches_everybody_and_with_them_only_what_they_say()
    {
        WithdrawPolicies();
        await ShopMatrix.IsOpenAsync(lab.Pods, AddressFamily.InterNetwork);

        await new ShopFloor(lab.Cluster).ApplyPoliciesAsync(Cancel);
        await ShopMatrix.IsAsPromisedAsync(lab.Pods, AddressFamily.InterNetwork);

        WithdrawPolicies();
        await ShopMatrix.IsOpenAsync(lab.Pods, AddressFamily.InterNetwork);
    }

    [Fact]
    public async Task The_packet_s_way_is_proven_step_by_step_allowed_and_denied()
    {
        await new ShopFloor(lab.Cluster).ApplyPoliciesAsync(Cancel);
        await Until.TrueAsync(Soon, "the policies to be in force", async () => !(await lab.Pod("frontend").TcpAsync(lab.Pod("gateway").At(8443), Cancel)).Connected);
        await Until.TrueAsync(Soon, "cart to be let in", async () => (await lab.Pod("cart").TcpAsync(lab.Pod("gateway").At(8443), Cancel)).Connected);

        var allowed = Ask("trace", "shop/cart");
        var denied = Ask("trace", "shop/frontend");

        allowed.Code.Should().Be(0, allowed.Text);
        denied.Code.Should().Be(1, denied.Text);
        allowed.Text.Should().NotContain("NO ").And.Contain("the connection met: connected").And.Contain("A=1").And.Contain("counter vouched +");
        denied.Text.Should().NotContain("NO ").And.Contain("the connection met: silence").And.Contain("A=0");
        TagOf(denied.Text).Should().NotBe(TagOf(allowed.Text), "frontend and cart are two workloads");
        var (yes, whyAllowed) = Ask("explain", "shop/cart");
        var (no, whyDenied) = Ask("explain", "shop/frontend");
        yes.Should().Be(0, whyAllowed);
        no.Should().Be(1, whyDenied);
        whyAllowed.Should().Contain("kernel    agrees: node").And.Contain("by grants { ");
        whyDenied.Should().Contain("kernel    agrees: node").And.Contain("nothing found of ");
    }

    [Fact]
    public async Task The_greeting_shows_the_client_s_own_address()
    {
        WithdrawPolicies();
        var (client, server) = (lab.Pod("cart"), lab.Pod("frontend"));
        await Until.TrueAsync(Soon, "cart to reach frontend", async () => (await client.TcpAsync(server.At(), Cancel)).Connected);

        var tcp = await client.TcpAsync(server.At(), Cancel);
        tcp.Greeting.Should().StartWith($"shop/frontend {client.Address}:");

        // One datagram may come too late on a busy machine; nobody sends it again but the client.
        var udp = await Until.ValueAsync(Soon, "an answer by UDP", async () => (await client.UdpAsync(server.At(), Cancel)).Greeting);
        udp.Should().StartWith($"shop/frontend {client.Address}:");
    }

    [Fact]
    public async Task A_withdrawn_grant_cuts_a_running_connection_at_once()
    {
        await new ShopFloor(lab.Cluster).ApplyPoliciesAsync(Cancel);
        var (client, server) = (lab.Pod("frontend"), lab.Pod("cart"));
        await Until.TrueAsync(Soon, "frontend to reach cart", async () => (await client.TcpAsync(server.At(), Cancel)).Connected);
        await Until.TrueAsync(Soon, "the other grants to be in force", async () => !(await client.TcpAsync(lab.Pod("gateway").At(8443), Cancel)).Connected);
        using var socket = Probe.Open(client.Space, AddressFamily.InterNetwork, SocketType.Stream);
        await socket.ConnectAsync(server.At(), Cancel);
        (await EchoesAsync(socket)).Should().BeTrue();

        lab.Kubectl("delete", "overlaypolicy", "-n", "shop", "behind-the-door").Checked();
        var cut = await Until.TrueAsync(TimeSpan.FromSeconds(3), "the connection to be cut", async () => !await EchoesAsync(socket));

        cut.Should().BeLessThan(TimeSpan.FromSeconds(3));
        (await client.TcpAsync(server.At(), Cancel)).Connected.Should().BeFalse("the policy 'metrics' still isolates cart");
        WithdrawPolicies();
    }

    private static async Task<bool> EchoesAsync(Socket socket)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            patience.CancelAfter(TimeSpan.FromMilliseconds(400));
            await socket.SendAsync("ping"u8.ToArray(), patience.Token);
            return await socket.ReceiveAsync(new byte[512], patience.Token) > 0;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            return false;
        }
    }

    private void WithdrawPolicies() => lab.Kubectl("delete", "-f", Path.Combine(LabPaths.Examples(), "policies"), "--ignore-not-found").Checked();

    private (int Code, string Text) Ask(string command, string client)
    {
        var said = lab.Overlay(command, client, "payments/gateway", "8443");
        return (said.ExitCode, said.Output + said.Errors);
    }

    private static string TagOf(string trace) => trace.Split("group id ")[1][..6];
}
