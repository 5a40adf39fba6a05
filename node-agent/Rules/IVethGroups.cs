namespace Overlay.NodeAgent.Rules;

/// <summary>The interface groups of the pods' veths (IFLA_GROUP), by which the rules tell which workload a packet goes to.</summary>
public interface IVethGroups : IDisposable
{
    /// <summary>Each pod veth with its group as the kernel has it now.</summary>
    /// <param name="anew">Whether to list them all; else by what the kernel has told of changes.</param>
    IReadOnlyDictionary<string, uint> Read(bool anew);

    /// <summary>Moves veths to other groups. A veth that is gone by now is passed over.</summary>
    /// <param name="moves">Veth and new group.</param>
    void Move(IReadOnlyCollection<KeyValuePair<string, uint>> moves);
}
