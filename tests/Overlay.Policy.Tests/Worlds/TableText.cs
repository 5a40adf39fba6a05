using System.Text;

namespace Overlay.Policy.Tests.Worlds;

/// <summary>A verdict table for people: what the golden folders hold.</summary>
internal static class TableText
{
    public static string Of(VerdictTable table)
    {
        var text = new StringBuilder();
        foreach (var sender in table.Senders)
        {
            text.Append($"sender {sender.Pod} of {sender.Workload}: tag {sender.Tag}{(sender.EgressIsolated ? ", egress-isolated" : "")}\n");
        }

        text.Append($"restricted: {(table.RestrictedTags.IsEmpty ? "none" : string.Join(' ', table.RestrictedTags))}\n");
        if (!table.AcquaintedTags.IsEmpty)
        {
            text.Append($"acquainted: {string.Join(' ', table.AcquaintedTags)}\n");
        }

        if (!table.KnownTags.IsEmpty)
        {
            text.Append($"known: {string.Join(' ', table.KnownTags)}\n");
        }

        foreach (var to in table.Destinations)
        {
            text.Append($"\n{to.Workload} ({string.Join(' ', to.Pods)}): {(to.IsOpen ? "open" : "judged")}{(to.IsWary ? ", wary" : "")}, {(to.IsConfined ? "confined" : "free")}\n");
            foreach (var grant in to.Grants)
            {
                text.Append($"  from {grant}\n");
            }

            foreach (var tag in to.Particular)
            {
                text.Append($"  particular tag {tag}\n");
            }

            foreach (var denied in to.DeniedAddresses)
            {
                text.Append($"  denied {denied}\n");
            }

            foreach (var allowed in to.AllowedAddresses)
            {
                text.Append($"  allowed {allowed}\n");
            }

            foreach (var exit in to.Exits)
            {
                text.Append($"  exit {exit}\n");
            }
        }

        return text.ToString();
    }
}
