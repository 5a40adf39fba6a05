using System.Net;
using Overlay.Conformance.Data;

namespace Overlay.Conformance.Playing;

/// <summary>Something that obeys policies and can be asked what connects: compiled tables, or a cluster with packets.</summary>
public interface ITestedCluster
{
    /// <summary>Makes the cluster look as it should.</summary>
    /// <param name="wanted">How.</param>
    /// <param name="cancel">Ends it.</param>
    Task BringToAsync(ClusterState wanted, CancellationToken cancel);

    /// <summary>The address of an endpoint that is or was there.</summary>
    /// <param name="endpoint"><c>namespace/pod</c> or <c>ext/name</c>.</param>
    IPAddress AddressOf(string endpoint);

    /// <summary>Why a case can not be played here; null: it can.</summary>
    /// <param name="case">The case.</param>
    /// <param name="environment">Its environment.</param>
    string? ReasonToSkip(ConformanceCase @case, EnvironmentDeclaration environment);

    /// <summary>Tries the cells, when the last state is in force.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="silence">Whether only silence counts as denied.</param>
    /// <param name="cancel">Ends it.</param>
    Task<Tried> TryAsync(IReadOnlyList<Cell> cells, bool silence, CancellationToken cancel);
}

/// <summary>What trying cells came to.</summary>
/// <param name="Asked">How many cells were tried: those of a protocol that can not be spoken here are not.</param>
/// <param name="Wrong">The cells that came out wrong, with what was got: <c>.</c>, <c>X</c> or a word.</param>
public sealed record Tried(int Asked, IReadOnlyList<(Cell Cell, string Got)> Wrong);
