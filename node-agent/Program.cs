using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Overlay.Kube.Connection;
using Overlay.Kube.Core;
using Overlay.Kube.Entities;
using Overlay.Kube.Events;
using Overlay.Kube.Leadership;
using Overlay.Kube.Memory;
using Overlay.Kube.Metrics;
using Overlay.Kube.Probes;
using Overlay.Netlink;
using Overlay.NodeAgent.Addresses;
using Overlay.NodeAgent.Asking;
using Overlay.NodeAgent.Cleanup;
using Overlay.NodeAgent.Cluster;
using Overlay.NodeAgent.Cluster.Known;
using Overlay.NodeAgent.Events;
using Overlay.NodeAgent.Health;
using Overlay.NodeAgent.Leases;
using Overlay.NodeAgent.Pods;
using Overlay.NodeAgent.Reach;
using Overlay.NodeAgent.Rules;
using Overlay.NodeAgent.Rules.Forwarding;

namespace Overlay.NodeAgent;

/// <summary>The agent: one a node.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["--help" or "-h", ..])
        {
            Console.Out.WriteLine(AgentOptions.Usage);
            return 0;
        }

        if (arguments is ["--version", ..])
        {
            Console.Out.WriteLine(AgentVersion.Text);
            return 0;
        }

        using var stop = new CancellationTokenSource();
        using var terminate = OnSignal(PosixSignal.SIGTERM, stop);
        using var interrupt = OnSignal(PosixSignal.SIGINT, stop);
        try
        {
            if (arguments is ["ask", .. var question])
                return await AskCommand.RunAsync(AgentOptions.Parse([], Environment.GetEnvironmentVariable).AskSocket, question, Console.OpenStandardOutput(), Console.Error, stop.Token);
            if (arguments is ["cleanup", .. var rest])
                return await new CleanupCommand(AgentOptions.Parse(rest, Environment.GetEnvironmentVariable), new Tools([]), Console.Out.WriteLine).RunAsync(stop.Token);
            if (arguments is ["probe", .. var probe])
                return await ProbeCommand.RunAsync(probe, Console.Out.WriteLine, stop.Token);
            if (arguments is ["pause"])
                return await PauseAsync(stop.Token);
            var options = AgentOptions.Parse(arguments, Environment.GetEnvironmentVariable);
            Sysctl.Folder = options.Sysctls;
            using var logs = Logs(options);
            await RunAsync(options, logs, stop);
            return 0;
        }
        catch (Exception error) when (error is FormatException or ConnectionSettingsException or StoreException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 2;
        }
    }

    /// <summary>Does nothing until it is ended: what a pod runs that has done its work and may not end.</summary>
    private static async Task<int> PauseAsync(CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return 0;
    }

    private static async Task RunAsync(AgentOptions options, ILoggerFactory logs, CancellationTokenSource stop)
    {
        var log = logs.CreateLogger<Agent>();
        AgentLog.Starting(log, AgentVersion.Text, options.NodeName);
        var time = TimeProvider.System;
        var metrics = new MetricRegistry();
        var caches = new ClusterCaches(logs.CreateLogger<ClusterCaches>());
        if (options.Objects is { } directory)
        {
            var files = new ObjectFiles(directory, caches, time, logs.CreateLogger<ObjectFiles>());
            using var agent = new Agent(options, caches, files, new NoAgentEvents(), host => Rules(options, host, logs), metrics, logs, time);
            agent.Flows.Lines = Console.Out;
            using var probes = Probes(options, metrics, agent, logs);
            await UntilStoppedAsync([files.RunAsync(stop.Token), agent.RunAsync(stop.Token), RunAsync(probes, stop.Token)], stop, log);
        }
        else
        {
            using var connection = ClusterConnection.FromEnvironment(options.Kubeconfig);
            var recorder = new EventRecorder(
                new EntityClient<Event>(connection, CoreJson.Default.Event),
                "overlay-agent",
                options.NodeName,
                logs.CreateLogger<EventRecorder>()
            );
            using var known = new KnownObjects(
                Path.Combine(options.StateDirectory, KnownObjects.FileName), options.NodeName, KnownKinds.Of(caches), time, logs.CreateLogger<KnownObjects>());
            using var agent = new Agent(
                options,
                caches,
                new ApiPodSource(connection),
                new ApiAgentEvents(recorder),
                host => Rules(options, host, logs),
                metrics,
                logs,
                time,
                known
            );
            using var heartbeat = new LeaseHeartbeat(
                new EntityClient<Lease>(connection, CoreJson.Default.Lease),
                AgentHeartbeat.Options(options.LeaseNamespace, options.NodeName, () => agent.RuleBackend, caches, agent.Rules),
                logs.CreateLogger<LeaseHeartbeat>()
            );
            agent.Rules.Changed = heartbeat.Beat;
            agent.Flows.Lines = Console.Out;
            using var probes = Probes(options, metrics, agent, logs);
            await UntilStoppedAsync(
                [
                    new ClusterWatch(connection, caches, options.NodeName, logs).RunAsync(stop.Token),
                    agent.RunAsync(stop.Token),
                    known.RunAsync(stop.Token),
                    recorder.RunAsync(stop.Token),
                    heartbeat.RunAsync(stop.Token),
                    IdleTrim.RunAsync(stop.Token),
                    RunAsync(probes, stop.Token),
                ],
                stop,
                log
            );
        }

        AgentLog.Stopped(log);
    }

    /// <summary>Waits for all parts; one that ends by itself ends the others, so that the node's supervisor starts us anew.</summary>
    private static async Task UntilStoppedAsync(Task[] parts, CancellationTokenSource stop, ILogger log)
    {
        var first = await Task.WhenAny(parts);
        if (!stop.IsCancellationRequested)
        {
            AgentLog.PartEnded(log, first.Exception?.GetBaseException());
            await stop.CancelAsync();
        }

        try
        {
            await Task.WhenAll(parts);
        }
        catch (OperationCanceledException)
        {
            // As it should be.
        }
    }

    private static Task RunAsync(ProbeServer? probes, CancellationToken cancellation) =>
        probes?.RunAsync(cancellation) ?? Task.Delay(Timeout.Infinite, cancellation);

    private static NodeRules Rules(AgentOptions options, RouteSocket host, ILoggerFactory logs) =>
        new(ChosenBackend.Open(options.Nft, logs.CreateLogger<ChosenBackend>()), new VethGroups(host, VethNames.Prefix), logs.CreateLogger<NodeRules>(), TimeProvider.System);

    private static ProbeServer? Probes(AgentOptions options, MetricRegistry metrics, Agent agent, ILoggerFactory logs)
    {
        if (options.Probes is null)
            return null;
        var probes = Listen(options.Probes, metrics, logs);
        AgentLog.Probes(logs.CreateLogger<Agent>(), probes.Endpoint.ToString());
        AgentReadiness.AddTo(probes.Readiness, agent);
        return probes;
    }

    private static ProbeServer Listen(IPEndPoint address, MetricRegistry metrics, ILoggerFactory logs)
    {
        try
        {
            return new ProbeServer(address, metrics, logs.CreateLogger<ProbeServer>());
        }
        catch (SocketException error)
        {
            throw new FormatException(
                $"--probe-address {address} can not be listened on ({error.Message}): choose another, \"none\", or end who has it (another agent on this node?)", error);
        }
    }

    private static ILoggerFactory Logs(AgentOptions options) =>
        LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(options.LogLevel);
            if (options.JsonLogs)
                logging.AddJsonConsole(json => json.UseUtcTimestamp = true);
            else
                logging.AddSimpleConsole(text =>
                {
                    text.SingleLine = true;
                    text.UseUtcTimestamp = true;
                    text.TimestampFormat = "HH:mm:ss.fff ";
                });
        });

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                context.Cancel = true;
                stop.Cancel();
            }
        );
}
