using System.Globalization;
using System.Text.Json.Nodes;

namespace Overlay.EndToEnd.Tests.Kubelets;

/// <summary>One probe of a container, asked when its time has come.</summary>
/// <param name="probe">As the container's spec has it; null: always well.</param>
/// <param name="ports">The container's named ports.</param>
/// <param name="http">From the node's network.</param>
/// <param name="otherwise">What holds before the first answer.</param>
internal sealed class Probing(JsonObject? probe, IReadOnlyDictionary<string, int> ports, HttpClient http, bool otherwise)
{
    private readonly long _began = TimeProvider.System.GetTimestamp();
    private long _asked;
    private int _failures;
    private bool _answered;

    /// <summary>Whether it answers as it should.</summary>
    public bool IsWell { get; private set; } = probe is null || otherwise;

    /// <summary>Whether it has failed as often as the probe allows.</summary>
    public bool HasFailed => _failures >= Number("failureThreshold", 3);

    /// <summary>What was heard last.</summary>
    public string Heard { get; private set; } = "";

    /// <summary>Asks, if it is time.</summary>
    public async Task AskAsync(CancellationToken cancel)
    {
        if (probe is null || TimeProvider.System.GetElapsedTime(_began) < TimeSpan.FromSeconds(Number("initialDelaySeconds", 0)))
            return;
        if (_asked != 0 && TimeProvider.System.GetElapsedTime(_asked) < TimeSpan.FromSeconds(Number("periodSeconds", 10)))
            return;
        _asked = TimeProvider.System.GetTimestamp();
        if (await SucceedsAsync(cancel))
            (_failures, IsWell, _answered) = (0, true, true);
        else if (++_failures >= Number("failureThreshold", 3) || !_answered)
            IsWell = false;
    }

    private async Task<bool> SucceedsAsync(CancellationToken cancel)
    {
        var get = probe!["httpGet"] as JsonObject ?? throw new NotSupportedException($"probe {probe.ToJsonString()}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(Number("timeoutSeconds", 1)));
        try
        {
            var port = get["port"]!.GetValueKind() == System.Text.Json.JsonValueKind.String ? ports[(string)get["port"]!] : (int)get["port"]!;
            var at = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{(string)get["host"]!}:{port}{(string)get["path"]!}"));
            using var answer = await http.GetAsync(at, patience.Token);
            Heard = await answer.Content.ReadAsStringAsync(patience.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            Heard = e.Message;
            return false;
        }
    }

    private int Number(string what, int otherwise) => (int?)probe?[what] ?? otherwise;
}
