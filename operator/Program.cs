using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Overlay.Kube.Connection;
using Overlay.Operator.Hosting;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(OperatorOptions.Usage);
    return 0;
}

if (args is ["--version", ..])
{
    Console.WriteLine(typeof(OperatorProcess).Assembly.GetName().Version!.ToString(fieldCount: 3));
    return 0;
}

OperatorOptions options;
ConnectionSettings settings;
try
{
    options = OperatorOptions.Parse(Errand.IsAsked(args) ? args[Errand.Words(args)..] : args, Environment.GetEnvironmentVariable);
    settings = ClusterConnection.SettingsFromEnvironment(options.Kubeconfig) with { UserAgent = "overlay-operator" };
}
catch (Exception e) when (e is FormatException or ConnectionSettingsException)
{
    await Console.Error.WriteLineAsync($"overlay-operator: {e.Message}");
    return 2;
}

using var logs = LoggerFactory.Create(builder =>
{
    builder.SetMinimumLevel(options.LogLevel);
    _ = options.JsonLog
        ? builder.AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"))
        : builder.AddSimpleConsole(line => (line.SingleLine, line.UseUtcTimestamp, line.TimestampFormat) = (true, true, "HH:mm:ss.fff "));
});
using var stop = new CancellationTokenSource();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var connection = new ClusterConnection(settings);
try
{
    if (Errand.IsAsked(args))
    {
        return await Errand.RunAsync(args, options, connection, stop.Token);
    }

    await new OperatorProcess(options, connection, logs).RunAsync(stop.Token);
    return 0;
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"overlay-operator: {e.Message}");
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
