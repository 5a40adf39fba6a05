using System.Collections.Immutable;
using Overlay.Api.Subnets;
using Overlay.Api.Workloads;

namespace Overlay.Cli.Status;

/// <summary>Short words for what objects say of themselves.</summary>
internal static class Phases
{
    extension(WorkloadTag tag)
    {
        /// <summary>Whether it was released.</summary>
        public bool IsResting => tag.Status?.Phase == AllocationPhase.Released;

        /// <summary>When it last changed; null: unknown.</summary>
        public DateTimeOffset? ChangedAt => tag.Status?.ReleasedAt ?? tag.Metadata.CreationTimestamp;
    }

    extension(Subnet subnet)
    {
        /// <summary>Whether it was released.</summary>
        public bool IsResting => subnet.Status?.Phase == AllocationPhase.Released;
    }

    /// <summary>The default of an array that JSON left out, as an empty one.</summary>
    public static ImmutableArray<T> OrEmpty<T>(this ImmutableArray<T> array) => array.IsDefault ? [] : array;
}
