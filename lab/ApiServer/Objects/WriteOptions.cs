namespace Overlay.Lab.ApiServer.Objects;

internal enum FieldValidation
{
    Ignore,
    Warn,
    Strict,
}

/// <summary>How a write was asked for.</summary>
internal sealed record WriteOptions
{
    public bool DryRun { get; init; }
    public FieldValidation FieldValidation { get; init; } = FieldValidation.Warn;

    /// <summary>Who owns the fields that are written.</summary>
    public string Manager { get; init; } = "unknown";

    /// <summary>status, scale or empty for the main resource.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Server-side apply takes fields from other owners.</summary>
    public bool Force { get; init; }

    /// <summary>The fields of a server-side apply's intent; null for every other write.</summary>
    public Ownership.FieldSet? Applied { get; init; }

    /// <summary>Who writes; null: the server itself.</summary>
    public Policies.Requester? By { get; init; }

    /// <summary>Collects the Warning headers of the answer.</summary>
    public List<string> Warnings { get; init; } = [];
}
