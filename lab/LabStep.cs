namespace Overlay.Lab;

/// <summary>A step of building a lab that is done.</summary>
/// <param name="Name">What was done.</param>
/// <param name="Detail">With what.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record LabStep(string Name, string Detail, TimeSpan Elapsed);
