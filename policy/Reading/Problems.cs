using System.Collections.Immutable;

namespace Overlay.Policy;

/// <summary>Gathers what is wrong with a policy while it is read.</summary>
internal sealed class Problems
{
    private readonly ImmutableArray<PolicyProblem>.Builder _found = ImmutableArray.CreateBuilder<PolicyProblem>();

    /// <summary>How many there are so far.</summary>
    public int Count => _found.Count;

    /// <summary>Notes one.</summary>
    public void Add(string path, string? value, string cure) => _found.Add(new PolicyProblem(path, value ?? "", cure));

    /// <summary>All of them, in the order of the fields.</summary>
    public ImmutableArray<PolicyProblem> ToImmutable() => _found.ToImmutable();
}
