namespace Overlay.EndToEnd.Tests.Commands;

/// <summary>Tests of how soon a command ends: one after the other, and beside nothing else.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class CommandCollection
{
    /// <summary>The collection's name.</summary>
    public const string Name = "commands";
}
