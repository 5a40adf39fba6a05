using Overlay.Api.Objects;

namespace Overlay.Operator.Uninstall;

/// <summary>apps/v1 DaemonSet, cut to its name: it is only deleted.</summary>
internal sealed record DaemonSet : IEntity<DaemonSet>
{
    public static EntityKind Definition { get; } = new("apps", "v1", "DaemonSet", "daemonsets", true);

    public string ApiVersion { get; set; } = "apps/v1";

    public string Kind { get; set; } = "DaemonSet";

    public ObjectMeta Metadata { get; set; } = new();
}

/// <summary>apps/v1 Deployment, cut to its name: it is only deleted.</summary>
internal sealed record Deployment : IEntity<Deployment>
{
    public static EntityKind Definition { get; } = new("apps", "v1", "Deployment", "deployments", true);

    public string ApiVersion { get; set; } = "apps/v1";

    public string Kind { get; set; } = "Deployment";

    public ObjectMeta Metadata { get; set; } = new();
}
