using Overlay.Kube.Probes;

namespace Overlay.Kube.Tests.Probes;

public sealed class HealthChecksTests
{
    [Fact]
    public void All_in_order() => Run(c => c.Add("disk", () => null)).Should().Be((true, "[+]disk ok\n"));

    [Fact]
    public void One_that_fails_decides() =>
        Run(c =>
        {
            c.Add("disk", () => null);
            c.Add("network", () => "no link");
        }).Should().Be((false, "[+]disk ok\n[-]network failed: no link\n"));

    [Fact]
    public void A_check_that_breaks_has_failed() => Run(c => c.Add("disk", () => throw new IOException("gone"))).Should().Be((false, "[-]disk failed: gone\n"));

    [Fact]
    public void A_note_is_reported_and_does_not_decide() =>
        Run(c =>
        {
            c.AddNote("firewalls", () => "Open ufw.");
            c.AddNote("clock", () => null);
        }).Should().Be((true, "[!]firewalls: Open ufw.\n[+]clock ok\n"));

    private static (bool, string) Run(Action<HealthChecks> add)
    {
        var checks = new HealthChecks();
        add(checks);
        return checks.Run();
    }
}
