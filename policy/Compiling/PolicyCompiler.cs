namespace Overlay.Policy;

/// <summary>Policies and workloads to verdicts. Pure: the same inputs, in whatever order, give the same table.</summary>
public static class PolicyCompiler
{
    /// <summary>Compiles the whole table of one node; <see cref="TableCompiler"/> follows changes.</summary>
    /// <param name="inputs">Policies, namespaces, tags, nodes, and the node's pods.</param>
    public static VerdictTable Compile(PolicyInputs inputs) => new TableCompiler().Update(inputs);
}
