using Overlay.Netlink.Messages;
using Overlay.Netlink.NfTables.Sets;

namespace Overlay.Netlink.NfTables.Rules;

/// <summary>Reads NFT_MSG_NEWRULE (enum nft_rule_attributes, enum nft_expr_attributes).</summary>
internal static class RuleMessages
{
    internal const ushort Table = 1;
    internal const ushort Chain = 2;
    private const ushort Handle = 3;
    private const ushort Expressions = 4;
    private const ushort UserData = 7;

    private const ushort ExpressionName = 1;
    private const ushort ExpressionData = 2;

    internal static void Collect(NetlinkMessage message, List<NfRule> found)
    {
        if (message.Type != NfMessageType.NewRule)
        {
            return;
        }

        var rule = new NfRule { Table = new TableName((NfFamily)message.Payload[0], ""), Chain = "" };
        var reader = NetfilterMessage.Attributes(message);
        while (reader.MoveNext())
        {
            rule = reader.Type switch
            {
                Table => rule with { Table = rule.Table with { Name = reader.Text() } },
                Chain => rule with { Chain = reader.Text() },
                Handle => rule with { Handle = reader.U64Big() },
                UserData => rule with { Comment = ElementMessages.CommentOf(reader.Value) },
                Expressions => WithExpressions(rule, reader.Nested()),
                _ => rule,
            };
        }

        found.Add(rule);
    }

    private static NfRule WithExpressions(NfRule rule, AttributeReader expressions)
    {
        var kept = new MessageWriter();
        var counters = new List<Counter>();
        while (expressions.MoveNext())
        {
            string name = "";
            ReadOnlySpan<byte> data = [];
            var expression = expressions.Nested();
            while (expression.MoveNext())
            {
                switch (expression.Type)
                {
                    case ExpressionName: name = expression.Text(); break;
                    case ExpressionData: data = expression.Value; break;
                }
            }

            kept.Text(ExpressionName, name);
            if (name == "counter")
            {
                counters.Add(CounterMessages.ValueOf(new AttributeReader(data)));
            }
            else if (name is not ("last" or "quota"))
            {
                kept.Bytes(ExpressionData, data);
            }
        }

        return rule with { Expressions = kept.Written.ToArray(), Counters = counters };
    }
}
