using System.Diagnostics;

namespace Overlay.Kube.Tests.Server;

/// <summary>Waits for what must come true.</summary>
public static class Wait
{
    public static async Task UntilAsync(Func<bool> condition, Func<string> what, double seconds = 10)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed.TotalSeconds > seconds)
                Assert.Fail($"not within {seconds} s: {what()}");
            await Task.Delay(5);
        }
    }
}
