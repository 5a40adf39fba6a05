using System.Text.Json.Nodes;

namespace Overlay.Lab.ApiServer.Http;

/// <summary>The Kubernetes version whose contract is kept.</summary>
internal static class ServerVersion
{
    public const string GitVersion = "v1.34.0+overlay-lab";

    public static JsonObject Document() => new()
    {
        ["major"] = "1",
        ["minor"] = "34",
        ["gitVersion"] = GitVersion,
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "dotnet",
        ["platform"] = "linux",
    };
}
