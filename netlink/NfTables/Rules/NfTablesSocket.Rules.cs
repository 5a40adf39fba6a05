using Overlay.Netlink.NfTables.Rules;

namespace Overlay.Netlink.NfTables;

public sealed partial class NfTablesSocket
{
    /// <summary>All tables.</summary>
    public IReadOnlyList<NfTable> Tables() => List<NfTable>(NfMessageType.GetTable, "tables", null, ChainMessages.CollectTable);

    /// <summary>The chains of all tables, those of iptables' nft variant included; or of one.</summary>
    /// <param name="table">The table; null: all.</param>
    public IReadOnlyList<NfChain> Chains(TableName? table = null) =>
        List<NfChain>(NfMessageType.GetChain, "chains", table, ChainMessages.CollectChain).FindAll(c => table is null || c.Table == table);

    /// <summary>The rules of a table in their order, chain by chain; none if there is no such table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="chain">Only this chain's; null: all.</param>
    public IReadOnlyList<NfRule> Rules(TableName table, string? chain = null) =>
        List<NfRule>(NfMessageType.GetRule, "rules", table, RuleMessages.Collect, writer =>
        {
            writer.Text(RuleMessages.Table, table.Name);
            if (chain is not null)
            {
                writer.Text(RuleMessages.Chain, chain);
            }
        }).FindAll(r => r.Table == table && (chain is null || r.Chain == chain));

    /// <summary>The named counters of a table; none if there is no such table.</summary>
    public IReadOnlyList<NamedCounter> NamedCounters(TableName table) =>
        List<NamedCounter>(NfMessageType.GetObject, "counters", table, CounterMessages.Collect, writer =>
        {
            writer.Text(CounterMessages.Table, table.Name);
            writer.U32Big(CounterMessages.Type, CounterMessages.CounterType);
        }).FindAll(c => c.Table == table);
}
