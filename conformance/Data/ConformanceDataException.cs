namespace Overlay.Conformance.Data;

/// <summary>A file of cases can not be played: which, what is wrong in it, what to do.</summary>
/// <param name="message">The message.</param>
/// <param name="cause">What came before, if anything.</param>
public sealed class ConformanceDataException(string message, Exception? cause = null) : Exception(message, cause);
