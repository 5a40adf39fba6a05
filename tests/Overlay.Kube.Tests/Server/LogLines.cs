using Microsoft.Extensions.Logging;

namespace Overlay.Kube.Tests.Server;

/// <summary>Keeps what was logged, to be shown when a test fails.</summary>
public sealed class LogLines : ILogger
{
    private readonly List<string> _lines = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
            _lines.Add($"{logLevel}: {formatter(state, exception)}{(exception is null ? "" : $" ({exception.Message})")}");
    }

    public override string ToString()
    {
        lock (_lines)
            return string.Join(Environment.NewLine, _lines.TakeLast(10));
    }
}
