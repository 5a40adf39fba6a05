using System.Collections.Immutable;
using System.Text;

namespace Overlay.NodeAgent.Rules.Iptables;

/// <summary>What must be written to bring one table from what it says to what it must say. Pure.</summary>
/// <param name="Table">The table's name.</param>
/// <param name="Write">Chains that are new or say something else now.</param>
/// <param name="Remove">Chains that nothing refers to any more.</param>
/// <param name="Unhook">Jumps to take out.</param>
/// <param name="Hooks">Jumps to put in.</param>
internal sealed record TablePlan(
    string Table,
    ImmutableArray<KeyValuePair<string, ImmutableArray<string>>> Write,
    ImmutableArray<string> Remove,
    ImmutableArray<SavedTable.Jump> Unhook,
    ImmutableArray<Hook> Hooks
)
{
    /// <summary>Nothing is to be written.</summary>
    internal bool IsEmpty => Write.IsEmpty && Remove.IsEmpty && Unhook.IsEmpty && Hooks.IsEmpty;

    /// <summary>The rules that are written.</summary>
    internal int Rules => Write.Sum(chain => chain.Value.Length) + Hooks.Length;

    /// <summary>The difference.</summary>
    /// <param name="wanted">What the table must say.</param>
    /// <param name="written">Chains of which we know that the kernel has them as we wrote them.</param>
    /// <param name="found">What the kernel has.</param>
    /// <param name="hooked">Whether packets shall come to our chains; if not, the jumps stay as they are.</param>
    internal static TablePlan Between(IptablesTable wanted, IReadOnlyDictionary<string, ImmutableArray<string>> written, SavedTable found, bool hooked = true)
    {
        var hooks = Hook.All.Where(hook => hooked && hook.Table == wanted.Name && !found.IsHooked(hook)).ToImmutableArray();
        return new TablePlan(
            wanted.Name,
            [.. wanted.Chains.Where(chain => !(written.TryGetValue(chain.Key, out var now) && now.AsSpan().SequenceEqual(chain.Value.AsSpan())))],
            [.. found.Chains.Keys.Where(chain => !wanted.Chains.ContainsKey(chain)).Order(StringComparer.Ordinal)],
            hooked ? [.. found.Strays(wanted.Name)] : [],
            hooks
        );
    }

    /// <summary>What lets no pod's packet be forwarded.</summary>
    internal static TablePlan Gate(RuleSettings settings, SavedTable found)
    {
        var gate = new Hook("mangle", "FORWARD");
        string[] devices = [$"{settings.PodPrefix}+", settings.Vtep];
        return new TablePlan(
            gate.Table,
            [KeyValuePair.Create(gate.Target, devices.SelectMany(device => (string[])[$"-i {device} -j DROP", $"-o {device} -j DROP"]).ToImmutableArray())],
            [],
            [],
            found.IsHooked(gate) ? [] : [gate]
        );
    }

    /// <summary>What takes all of ours away.</summary>
    internal static TablePlan Nothing(string table, SavedTable found) =>
        new(
            table,
            [],
            [.. found.Chains.Keys.Order(StringComparer.Ordinal)],
            found.Jumps,
            []
        );

    /// <summary>The text for <c>iptables-restore --noflush</c>: one commit, packets meet all of it or nothing.</summary>
    internal string Text()
    {
        var text = new StringBuilder();
        text.Append('*').Append(Table).Append('\n');
        foreach (var chain in Write.Select(chain => chain.Key).Concat(Remove))
        {
            text.Append(':').Append(chain).Append(" - [0:0]\n");
        }

        foreach (var jump in Unhook)
        {
            text.Append("-D ").Append(jump.Chain).Append(' ').Append(jump.Rule).Append('\n');
        }

        foreach (var (chain, rules) in Write)
        {
            foreach (var rule in rules)
            {
                text.Append("-A ").Append(chain).Append(' ').Append(rule).Append('\n');
            }
        }

        foreach (var hook in Hooks)
        {
            text.Append(hook.IsFirst ? $"-I {hook.Chain} 1 " : $"-A {hook.Chain} ").Append(hook.Rule).Append('\n');
        }

        foreach (var chain in Remove)
        {
            text.Append("-X ").Append(chain).Append('\n');
        }

        return text.Append("COMMIT\n").ToString();
    }
}
