using System.Diagnostics;

namespace Overlay.Lab;

/// <summary>Times steps one after the other.</summary>
/// <param name="progress">Hears of each.</param>
internal sealed class StepClock(IProgress<LabStep>? progress)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();

    public void Done(string name, string detail)
    {
        progress?.Report(new LabStep(name, detail, watch.Elapsed));
        watch.Restart();
    }
}
