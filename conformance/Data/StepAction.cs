using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Overlay.Conformance.Data;

/// <summary>One change of the cluster.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(ApplyPolicy), "apply")]
[JsonDerivedType(typeof(DeletePolicy), "delete")]
[JsonDerivedType(typeof(SetNamespaceLabels), "setNamespaceLabels")]
[JsonDerivedType(typeof(SetPodLabels), "setPodLabels")]
[JsonDerivedType(typeof(CreateNamespace), "createNamespace")]
[JsonDerivedType(typeof(DeleteNamespace), "deleteNamespace")]
[JsonDerivedType(typeof(CreatePod), "createPod")]
[JsonDerivedType(typeof(DeletePod), "deletePod")]
public abstract record StepAction;

/// <summary>Creates a policy, or replaces the one of its name.</summary>
/// <param name="Manifest">The whole object, with address templates in its blocks.</param>
public sealed record ApplyPolicy(JsonObject Manifest) : StepAction;

/// <summary>Deletes a policy.</summary>
/// <param name="Kind"><c>NetworkPolicy</c> or <c>ClusterNetworkPolicy</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace; null for a ClusterNetworkPolicy.</param>
public sealed record DeletePolicy(string Kind, string Name, string? Namespace = null) : StepAction;

/// <summary>Replaces a namespace's labels.</summary>
/// <param name="Namespace">Which.</param>
/// <param name="Labels">All it shall have.</param>
public sealed record SetNamespaceLabels(string Namespace, ImmutableSortedDictionary<string, string> Labels) : StepAction;

/// <summary>Replaces a pod's labels.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod's name.</param>
/// <param name="Labels">All it shall have.</param>
public sealed record SetPodLabels(string Namespace, string Pod, ImmutableSortedDictionary<string, string> Labels) : StepAction;

/// <summary>Creates a namespace.</summary>
/// <param name="Namespace">Its name.</param>
/// <param name="Labels">Its labels.</param>
public sealed record CreateNamespace(string Namespace, ImmutableSortedDictionary<string, string> Labels) : StepAction;

/// <summary>Deletes a namespace with its pods and policies.</summary>
/// <param name="Namespace">Its name.</param>
public sealed record DeleteNamespace(string Namespace) : StepAction;

/// <summary>Creates a pod.</summary>
/// <param name="Pod">The pod.</param>
public sealed record CreatePod(PodDeclaration Pod) : StepAction;

/// <summary>Deletes a pod.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Pod">The pod's name.</param>
public sealed record DeletePod(string Namespace, string Pod) : StepAction;
