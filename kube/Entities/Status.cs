using System.Collections.Immutable;

namespace Overlay.Kube.Entities;

/// <summary>meta/v1 Status: the API server's word on why a request failed.</summary>
public sealed record Status
{
    /// <summary>Success or Failure.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("status")]
    public string? Outcome { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>A CamelCase word for programs, as <c>AlreadyExists</c>, <c>Conflict</c>, <c>Expired</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The HTTP code.</summary>
    public int? Code { get; init; }

    /// <summary>More, depending on the reason.</summary>
    public StatusDetails? Details { get; init; }
}

/// <summary>More about a failure.</summary>
public sealed record StatusDetails
{
    /// <summary>How long to wait before another try, in seconds.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>What caused it, in parts; of an exec the program's exit code.</summary>
    public ImmutableArray<StatusCause>? Causes { get; init; }
}

/// <summary>A part of why a request failed.</summary>
/// <param name="Reason">A CamelCase word for programs, as <c>ExitCode</c>.</param>
/// <param name="Message">What it is, as <c>1</c>.</param>
public sealed record StatusCause(string? Reason, string? Message);
