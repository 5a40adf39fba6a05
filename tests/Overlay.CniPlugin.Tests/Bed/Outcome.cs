using System.Text.Json;

namespace Overlay.CniPlugin.Tests.Bed;

/// <summary>What the plugin printed and how it ended.</summary>
internal sealed record Outcome(int ExitCode, string Stdout)
{
    public JsonElement Json => JsonDocument.Parse(Stdout).RootElement;

    /// <summary>The error's code; 0 for success.</summary>
    public int Code => ExitCode == 0 ? 0 : Json.GetProperty("code").GetInt32();

    /// <summary>The error's message and details.</summary>
    public string Said => $"{Json.GetProperty("msg")} {Json.GetProperty("details")}";

    /// <summary>The first address, without its length.</summary>
    public string Address => Json.GetProperty("ips")[0].GetProperty("address").GetString()!.Split('/')[0];
}
