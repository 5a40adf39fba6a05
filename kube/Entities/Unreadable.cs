using System.Text.Json;
using Overlay.Api.Objects;

namespace Overlay.Kube.Entities;

/// <summary>An object that does not fit its kind: some field is of another JSON type than the kind has, as after an upgrade of its definition.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Metadata">What tells it from others: name, namespace, UID, version, generation.</param>
/// <param name="Problem">Which field does not fit.</param>
/// <param name="Replacement">What stands for it (see <see cref="EntitySalvage{T}"/>); null: nothing does.</param>
public sealed record Unreadable<T>(ObjectMeta Metadata, string Problem, T? Replacement)
    where T : class, IEntity;

/// <summary>Makes of an object that does not fit its kind one that does, which stands for it; null: nothing can.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="metadata">What tells it from others.</param>
/// <param name="body">The object as it came; not to be kept.</param>
/// <param name="problem">Which field does not fit.</param>
public delegate T? EntitySalvage<out T>(ObjectMeta metadata, JsonElement body, string problem)
    where T : class, IEntity;
