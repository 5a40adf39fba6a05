namespace Overlay.Lab.Processes;

/// <summary>What a program came back with.</summary>
/// <param name="ExitCode">0 is success.</param>
/// <param name="Output">stdout.</param>
/// <param name="Errors">stderr.</param>
public sealed record CommandOutput(int ExitCode, string Output, string Errors)
{
    /// <summary>stdout, if the program succeeded.</summary>
    /// <exception cref="LabException">It did not; with what it said.</exception>
    public string Checked() => ExitCode == 0 ? Output : throw new LabException($"exit {ExitCode}: {Errors}{Output}");
}
