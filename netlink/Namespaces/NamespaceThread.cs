using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Overlay.Netlink.Native;

namespace Overlay.Netlink.Namespaces;

/// <summary>
/// A thread that enters namespaces on behalf of others, one job at a time, and comes home after each. A few idle ones are kept,
/// since starting a thread costs more than the job.
/// </summary>
internal sealed class NamespaceThread
{
    private const int IdleKept = 4;

    private static readonly ConcurrentBag<NamespaceThread> Idle = [];

    /// <summary>The process' own namespace. /proc/self is the main thread's, which never moves.</summary>
    private static readonly Lazy<NetworkNamespace> Home = new(NetworkNamespace.OfThisProcess);

    private readonly BlockingCollection<Action> jobs = [];

    private NamespaceThread() => new Thread(Loop) { IsBackground = true, Name = "network namespace" }.UnsafeStart();

    internal static T Run<T>(NetworkNamespace inside, Func<T> function)
    {
        T? result = default;
        Run(() => Enter(inside), () => result = function());
        return result!;
    }

    /// <summary>Runs inside a namespace made for it; the namespace goes when the function has returned unless something holds it.</summary>
    internal static void RunInNew(Action function) => Run(Make, function);

    private static void Run(Action enter, Action function)
    {
        // Opened first: from inside a foreign namespace there would be no way back.
        var home = Home.Value;
        ExceptionDispatchInfo? failure = null;
        var done = new ManualResetEventSlim();
        var thread = Idle.TryTake(out var idle) ? idle : new NamespaceThread();
        thread.jobs.Add(() =>
        {
            try
            {
                enter();
                function();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            Return(home);
            thread.KeepOrEnd();
            done.Set();
        });
        done.Wait();
        failure?.Throw();
    }

    private void KeepOrEnd()
    {
        if (Idle.Count < IdleKept)
        {
            Idle.Add(this);
        }
        else
        {
            jobs.CompleteAdding();
        }
    }

    private void Loop()
    {
        foreach (var job in jobs.GetConsumingEnumerable())
        {
            job();
        }
    }

    private static void Enter(NetworkNamespace inside)
    {
        if (Libc.SetNamespace(inside.File, Libc.CloneNewNet) < 0)
        {
            throw NetlinkException.FromLastError("enter network namespace", inside);
        }
    }

    private static void Make()
    {
        if (Libc.Unshare(Libc.CloneNewNet) < 0)
        {
            throw NetlinkException.FromLastError("create", "a network namespace");
        }
    }

    private static void Return(NetworkNamespace home)
    {
        if (Libc.SetNamespace(home.File, Libc.CloneNewNet) < 0)
        {
            Environment.FailFast("A thread can not return from a foreign network namespace; going on would send this node's changes to the wrong one.");
        }
    }
}
