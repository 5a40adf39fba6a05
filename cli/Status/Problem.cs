namespace Overlay.Cli.Status;

/// <summary>Something that is not as it should be.</summary>
/// <param name="On">The object, as <c>node node-3</c>.</param>
/// <param name="What">What is wrong with it.</param>
/// <param name="Do">What to do.</param>
internal sealed record Problem(string On, string What, string Do);
