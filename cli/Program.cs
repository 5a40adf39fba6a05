using System.Runtime.InteropServices;
using Overlay.Cli;
using Overlay.Cli.Text;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await new Entry(new HarmlessWriter(Console.Out), new HarmlessWriter(Console.Error), Console.In, TimeProvider.System).RunAsync(args, stop.Token);

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
