using System.Net;
using Overlay.Conformance.Data;
using Overlay.Lab;
using Overlay.Lab.Nodes;
using Overlay.Lab.Runtime;
using Overlay.Netlink;

namespace Overlay.Conformance.Packets;

/// <summary>
/// Gives pods the very address that they should have. An agent gives out whichever is free, and CNI has no way to ask; so placeholders hold
/// every address of the node's block, one goes when its address is wanted, and then this address is the only free one.
/// </summary>
/// <remarks>Placeholders are real attachments, of pods without labels in a namespace of their own: a full node is tested along the way.</remarks>
internal sealed class NodeAddresses(LabCluster lab, LabNode node, IPNetwork block) : IDisposable
{
    /// <summary>The placeholders' namespace.</summary>
    public const string Namespace = "conformance-placeholders";

    private const int AtOnce = 4;

    private static readonly System.Collections.Immutable.ImmutableSortedDictionary<string, string> NoLabels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty;

    private readonly SemaphoreSlim turn = new(1);
    private readonly Dictionary<IPAddress, (string Name, string Uid, Sandbox Sandbox)> held = [];

    /// <summary>The node.</summary>
    public LabNode Node => node;

    /// <summary>The node's block.</summary>
    public IPNetwork Block => block;

    /// <summary>Holds every address that a pod could get.</summary>
    public async Task HoldAllAsync(CancellationToken cancel)
    {
        // Of a block pods can not have the first address (the VTEP's) and, in IPv4, not the last.
        var bits = block.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128;
        var count = (1 << (bits - block.PrefixLength)) - (bits == 32 ? 2 : 1);
        await Parallel.ForEachAsync(
            Enumerable.Range(1, count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            async (number, token) =>
            {
                var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{node.Name}-{number}");
                var pod = new PodDeclaration { Namespace = Namespace, Name = name, Labels = NoLabels, Ip = "", Node = node.Name, Ports = [] };
                var made = await lab.Api.CreateAsync($"api/v1/namespaces/{Namespace}/pods", PodObjects.Pod(pod, pod.Labels, node), token);
                await HoldAsync(name, (string)made["metadata"]!["uid"]!, token);
            });
    }

    /// <summary>Attaches a pod, with the wanted address if it is of this block and free.</summary>
    public async Task<(Sandbox Sandbox, IPAddress Address)> AttachAsync(PodDeclaration pod, string uid, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var wanted = IPAddress.Parse(pod.Ip);
            var give = held.ContainsKey(wanted) ? wanted : held.Keys.Last();
            held.Remove(give, out var placeholder);
            await DeleteAsync(placeholder.Sandbox, cancel);
            placeholders.Push((placeholder.Name, placeholder.Uid));
            return await AddAsync(pod.Namespace, pod.Name, uid, cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Detaches a pod and holds its address again.</summary>
    public async Task DetachAsync(Sandbox sandbox, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            await DeleteAsync(sandbox, cancel);
            if (placeholders.TryPop(out var idle))
                await HoldAsync(idle.Name, idle.Uid, cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => turn.Dispose();

    /// <summary>Those whose address a pod has.</summary>
    private readonly Stack<(string Name, string Uid)> placeholders = new();

    private async Task HoldAsync(string name, string uid, CancellationToken cancel)
    {
        var (sandbox, address) = await AddAsync(Namespace, name, uid, cancel);
        lock (held)
            held[address] = (name, uid, sandbox);
    }

    private async Task<(Sandbox, IPAddress)> AddAsync(string ns, string name, string uid, CancellationToken cancel)
    {
        var sandbox = Sandbox.New(lab.Instance, node.Name, ns, name, uid);
        using (var space = NetworkNamespace.Create(sandbox.NetworkNamespace))
        using (var links = RouteSocket.Open(space))
            links.SetUp(links.GetLink("lo")!.Index);
        var answer = await node.Runtime.AddAsync(sandbox, cancel);
        return answer.Succeeded ? (sandbox, answer.Addresses[0]) : throw new LabException($"ADD of {ns}/{name} on {node.Name}: {answer}\n{node.Agent.LogTail()}");
    }

    private async Task DeleteAsync(Sandbox sandbox, CancellationToken cancel)
    {
        var answer = await node.Runtime.DeleteAsync(sandbox, cancel);
        if (!answer.Succeeded)
            throw new LabException($"DEL of {sandbox.PodNamespace}/{sandbox.PodName} on {node.Name}: {answer}\n{node.Agent.LogTail()}");
        NetworkNamespace.Delete(sandbox.NetworkNamespace);
    }
}
