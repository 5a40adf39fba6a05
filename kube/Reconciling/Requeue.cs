namespace Overlay.Kube.Reconciling;

/// <summary>What a reconciliation ends with.</summary>
/// <param name="Wait">When to look again although nothing changed; null: only at a change.</param>
public readonly record struct Requeue(TimeSpan? Wait)
{
    /// <summary>Nothing more to do until something changes.</summary>
    public static Requeue Done => default;

    /// <summary>Look again after a while.</summary>
    /// <param name="wait">How long.</param>
    public static Requeue After(TimeSpan wait) => new(wait);
}
