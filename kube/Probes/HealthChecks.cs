using System.Text;

namespace Overlay.Kube.Probes;

/// <summary>A list of named checks, each of which says what is wrong, or nothing.</summary>
public sealed class HealthChecks
{
    private readonly Lock _gate = new();
    private (string Name, Func<string?> Check)[] _checks = [];

    /// <summary>Adds a check.</summary>
    /// <param name="name">What is checked, as <c>subnets-synced</c>.</param>
    /// <param name="check">Null: in order; else what is wrong. Quick, and safe from any thread.</param>
    public void Add(string name, Func<string?> check)
    {
        lock (_gate)
            _checks = [.. _checks, (name, check)];
    }

    /// <summary>Asks all checks.</summary>
    /// <returns>Whether all are in order, and a line for each of them.</returns>
    public (bool Ok, string Report) Run()
    {
        var text = new StringBuilder();
        var ok = true;
        foreach (var (name, check) in _checks)
        {
            var wrong = Ask(check);
            ok &= wrong is null;
            text.Append(wrong is null ? "[+]" : "[-]").Append(name).Append(wrong is null ? " ok" : $" failed: {wrong}").Append('\n');
        }

        return (ok, text.ToString());
    }

    private static string? Ask(Func<string?> check)
    {
        try
        {
            return check();
        }
        catch (Exception e)
        {
            return e.Message;
        }
    }
}
