using System.Text;

namespace Overlay.Kube.Probes;

/// <summary>A list of named checks, each of which says what is wrong, or nothing.</summary>
public sealed class HealthChecks
{
    private readonly Lock _gate = new();
    private (string Name, Func<string?> Check, bool Decides)[] _checks = [];

    /// <summary>Adds a check.</summary>
    /// <param name="name">What is checked, as <c>subnets-synced</c>.</param>
    /// <param name="check">Null: in order; else what is wrong. Quick, and safe from any thread.</param>
    public void Add(string name, Func<string?> check) => Add(name, check, decides: true);

    /// <summary>Adds a check that is reported and does not decide whether all is in order: what a person should look into.</summary>
    /// <param name="name">What is looked at, as <c>firewalls</c>.</param>
    /// <param name="check">Null: nothing to say; else what to look into. Quick, and safe from any thread.</param>
    public void AddNote(string name, Func<string?> check) => Add(name, check, decides: false);

    /// <summary>Asks all checks.</summary>
    /// <returns>Whether all are in order, and a line for each of them.</returns>
    public (bool Ok, string Report) Run()
    {
        var text = new StringBuilder();
        var ok = true;
        foreach (var (name, check, decides) in _checks)
        {
            var wrong = Ask(check);
            ok &= wrong is null || !decides;
            text.Append((wrong, decides) switch
            {
                (null, _) => $"[+]{name} ok\n",
                (_, true) => $"[-]{name} failed: {wrong}\n",
                (_, false) => $"[!]{name}: {wrong}\n",
            });
        }

        return (ok, text.ToString());
    }

    private void Add(string name, Func<string?> check, bool decides)
    {
        lock (_gate)
            _checks = [.. _checks, (name, check, decides)];
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
