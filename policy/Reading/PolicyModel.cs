using System.Collections.Immutable;
using Overlay.Api.Objects;

namespace Overlay.Policy;

/// <summary>A policy as the compiler sees it, whatever kind of object it was.</summary>
/// <param name="Name">Its namespace and name.</param>
/// <param name="Subject">The pods of its namespace that it isolates and speaks for.</param>
/// <param name="IsolatesIngress">Whether its pods accept only what is granted.</param>
/// <param name="IsolatesEgress">Whether its pods reach only what is granted.</param>
/// <param name="Ingress">Who may connect to them; empty unless <paramref name="IsolatesIngress"/>.</param>
/// <param name="Egress">Whom they may connect to; empty unless <paramref name="IsolatesEgress"/>.</param>
internal sealed record PolicyModel(
    ObjectKey Name,
    Selector Subject,
    bool IsolatesIngress,
    bool IsolatesEgress,
    ImmutableArray<PolicyRule> Ingress,
    ImmutableArray<PolicyRule> Egress
)
{
    /// <summary>The namespace whose pods it speaks for.</summary>
    public string Namespace => Name.Namespace ?? "";
}
