namespace Overlay.Cli.Status;

/// <summary>Who leads the operators.</summary>
/// <param name="Leader">Its name; null: nobody, or there is no Lease (leader election may be switched off).</param>
/// <param name="LastSeen">When it last renewed its Lease (its clock).</param>
/// <param name="Alive">Whether that is recent enough; null: there is no Lease to tell.</param>
internal sealed record OperatorReport(string? Leader, DateTimeOffset? LastSeen, bool? Alive);
