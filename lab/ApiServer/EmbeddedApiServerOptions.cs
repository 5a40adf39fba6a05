using System.Collections.Immutable;
using System.Net;
using Overlay.Lab.ApiServer.Exec;

namespace Overlay.Lab.ApiServer;

/// <summary>How a watch from a version that is gone is answered; real clusters do both.</summary>
public enum ExpiredWatch
{
    /// <summary>200, then an ERROR event with a 410 Status in it.</summary>
    ErrorEvent,

    /// <summary>HTTP 410 at once.</summary>
    HttpStatus,
}

/// <summary>Options of <see cref="EmbeddedApiServer"/>.</summary>
public sealed record EmbeddedApiServerOptions
{
    /// <summary>Addresses to listen on; port 0 takes a free one.</summary>
    public ImmutableArray<IPEndPoint> Listen { get; init; } = [new(IPAddress.Loopback, 0)];

    /// <summary>The network namespaces (paths) that endpoints of <see cref="Listen"/> are opened in; the others in the process' own.</summary>
    public ImmutableDictionary<IPEndPoint, string> Namespaces { get; init; } = ImmutableDictionary<IPEndPoint, string>.Empty;

    /// <summary>A unix socket to listen on besides, without TLS; null for none.</summary>
    public string? UnixSocket { get; init; }

    /// <summary>Serve https with a certificate made at the start, signed by a CA made with it; else plain http.</summary>
    public bool Tls { get; init; }

    /// <summary>
    /// A folder that keeps CA and certificate key between starts, so that a kubeconfig written once stays good; null makes new ones each time.
    /// </summary>
    public string? CertificateFolder { get; init; }

    /// <summary>Bearer token to user name, with <c>,node=NODE</c> after it where the token is bound to a pod of that node. Empty: everybody is let in as <c>system:admin</c>.</summary>
    public ImmutableDictionary<string, string> Tokens { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A folder of YAML files that are applied at the start (CustomResourceDefinitions first of all); null for none.</summary>
    public string? CrdFolder { get; init; }

    /// <summary>The file that keeps all objects over a restart, even a kill; null keeps them in memory only.</summary>
    public string? SnapshotFile { get; init; }

    /// <summary>The file that names each kind of request that was made, and by whom; null for none.</summary>
    public string? RequestFile { get; init; }

    /// <summary>How many changes of each resource can be watched from; older versions are answered 410.</summary>
    public int HistoryWindow { get; init; } = 10_000;

    /// <summary>How often a quiet watch gets a bookmark, when it asked for bookmarks.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a watch lives that names no time-out; each lives this to twice this.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How watches from a lost version are answered.</summary>
    public ExpiredWatch ExpiredWatch { get; init; } = ExpiredWatch.ErrorEvent;

    /// <summary>Runs what pods/exec asks for; null: nothing runs in the pods.</summary>
    internal IPodPrograms? Programs { get; init; }

    /// <summary>The clock of creation and deletion times.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
