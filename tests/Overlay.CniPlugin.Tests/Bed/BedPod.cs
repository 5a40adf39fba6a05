namespace Overlay.CniPlugin.Tests.Bed;

/// <summary>A pod as a runtime knows it.</summary>
internal sealed record BedPod(string Container, string Name, string Uid, string Namespace);
