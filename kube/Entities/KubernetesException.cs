using System.Net;
using System.Net.Sockets;

namespace Overlay.Kube.Entities;

/// <summary>A request to the API server failed: refused by it (then <see cref="Status"/> says why), or it could not be reached.</summary>
public sealed class KubernetesException : Exception
{
    /// <summary>The reason we give when a watch was silent for too long.</summary>
    internal const string Silence = "Silent";

    /// <summary>Says what was attempted and why it failed.</summary>
    /// <param name="attempt">The verb and the object, as <c>create subnets 10.255.2.0-24</c>.</param>
    /// <param name="status">The server's answer; its code is 0 when there was none.</param>
    /// <param name="inner">What happened on the way, if the server did not answer.</param>
    public KubernetesException(string attempt, Status status, Exception? inner = null)
        : base(Describe(attempt, status), inner)
    {
        Attempt = attempt;
        Status = status;
    }

    /// <summary>The verb and the object, as <c>create subnets 10.255.2.0-24</c>.</summary>
    public string Attempt { get; }

    /// <summary>The server's answer.</summary>
    public Status Status { get; }

    /// <summary>The HTTP code; 0 when the server did not answer.</summary>
    public HttpStatusCode Code => (HttpStatusCode)(Status.Code ?? 0);

    /// <summary>How long the server asks to wait before another try.</summary>
    public TimeSpan? RetryAfter => Status.Details?.RetryAfterSeconds is { } s ? TimeSpan.FromSeconds(s) : null;

    /// <summary>The object, or the whole kind, is not there (404).</summary>
    public bool IsNotFound => Code == HttpStatusCode.NotFound;

    /// <summary>An object of this name is there already (409 AlreadyExists).</summary>
    public bool IsAlreadyExists => Code == HttpStatusCode.Conflict && Status.Reason == "AlreadyExists";

    /// <summary>The object has changed since it was read, or a precondition does not hold (409 Conflict).</summary>
    public bool IsConflict => Code == HttpStatusCode.Conflict && Status.Reason != "AlreadyExists";

    /// <summary>The resourceVersion or the continue token is too old (410): list again.</summary>
    public bool IsGone => Code == HttpStatusCode.Gone || Status.Reason is "Expired" or "Gone";

    /// <summary>The object breaks the kind's schema or rules (422).</summary>
    public bool IsInvalid => Code == HttpStatusCode.UnprocessableEntity;

    /// <summary>The role lacks this verb on this object (403).</summary>
    public bool IsForbidden => Code == HttpStatusCode.Forbidden;

    /// <summary>The server did not answer at all.</summary>
    public bool IsUnreachable => Status.Code is null or 0;

    /// <summary>Nobody listens where the server should be: it is not up, or not up yet.</summary>
    public bool IsRefused =>
        IsUnreachable && InnerException is HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };

    /// <summary>The same request may succeed later: no answer, 429, or a failure of the server's own (5xx).</summary>
    public bool IsTransient => IsUnreachable || Code == HttpStatusCode.TooManyRequests || (int)Code >= 500;

    private static string Describe(string attempt, Status status) =>
        status.Code is null or 0
            ? $"{attempt}: {status.Message ?? "no answer"}"
            : $"{attempt}: {status.Code} {status.Reason}: {status.Message ?? "no reason given"}";
}
