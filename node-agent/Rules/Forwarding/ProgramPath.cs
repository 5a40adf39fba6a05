namespace Overlay.NodeAgent.Rules.Forwarding;

/// <summary>Where a program is, without starting it.</summary>
internal static class ProgramPath
{
    /// <summary>The program's file; null when it is not installed.</summary>
    /// <param name="program">A path, or a name to look up in PATH as a start of it would.</param>
    internal static string? Find(string program) =>
        program.Contains('/', StringComparison.Ordinal)
            ? File.Exists(program) ? program : null
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
