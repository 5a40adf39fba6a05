namespace Overlay.Policy;

/// <summary>Why a policy can't be compiled: one field.</summary>
/// <param name="Path">The field, as <c>spec.ingress[0].ports[1].endPort</c>.</param>
/// <param name="Value">What it says; empty when it is missing.</param>
/// <param name="Cure">What is wrong with it and what to write in place of it.</param>
public sealed record PolicyProblem(string Path, string Value, string Cure)
{
    /// <summary>As <c>spec.egress[0].ports[0].port "70000": a port is 1 to 65535</c>.</summary>
    public override string ToString() => Value.Length == 0 ? $"{Path}: {Cure}" : $"{Path} \"{Value}\": {Cure}";
}
