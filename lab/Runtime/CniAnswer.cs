using System.Net;
using System.Text.Json.Nodes;

namespace Overlay.Lab.Runtime;

/// <summary>What a CNI call came back with.</summary>
/// <param name="ExitCode">0 is success.</param>
/// <param name="Output">What was on stdout: a result or an error object.</param>
/// <param name="Elapsed">From exec to exit.</param>
public sealed record CniAnswer(int ExitCode, string Output, TimeSpan Elapsed)
{
    /// <summary>Whether it succeeded.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>stdout as JSON; null when empty.</summary>
    public JsonObject? Json => Output.Trim().Length == 0 ? null : JsonNode.Parse(Output) as JsonObject;

    /// <summary>The error's code; 0 on success.</summary>
    public int ErrorCode => Succeeded ? 0 : (int?)Json?["code"] ?? -1;

    /// <summary>The addresses that an ADD gave out.</summary>
    public IReadOnlyList<IPAddress> Addresses =>
        [.. Json?["ips"]?.AsArray().Select(ip => IPAddress.Parse(((string)ip!["address"]!).Split('/')[0])) ?? []];

    /// <summary>For messages.</summary>
    public override string ToString() => $"exit {ExitCode}: {Output.Trim()}";
}
