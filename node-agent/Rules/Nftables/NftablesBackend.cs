using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Overlay.Netlink;
using Overlay.Netlink.NfTables;

namespace Overlay.NodeAgent.Rules.Nftables;

/// <summary>
/// Rules in one nf_tables table of our own, <c>inet overlay</c>: a skeleton that nft loads in one transaction when it is missing or not as it should
/// be, and elements that come and go by netlink, one transaction for each change of state.
/// </summary>
internal sealed class NftablesBackend : IRuleBackend
{
    /// <summary>Our table.</summary>
    internal static readonly TableName Table = new(NfFamily.Inet, "overlay");

    private readonly NfTablesSocket socket;
    private readonly INftTool tool;
    private readonly GenerationWatch watch;
    private readonly CancellationTokenSource end = new();
    private readonly SemaphoreSlim changedByOthers = new(0, 1);
    private readonly Task listening;

    /// <summary>The kernel's number for our table; one that was deleted and made again has another.</summary>
    private ulong handle;

    /// <summary>The slots last made, whatever the kernel has: their elements are as good the next time.</summary>
    private IReadOnlyDictionary<string, ElementSlot> made = new Dictionary<string, ElementSlot>();

    /// <summary>What the kernel has, as far as we know; null when that is not known.</summary>
    private Dictionary<string, ElementSlot>? slots;

    /// <summary>The fingerprint of the text in the kernel, if its rules are as loaded; null when they are not.</summary>
    private string? loadedText;

    /// <summary>The sets whose keys the kernel has in network order.</summary>
    private HashSet<string> turned = [];

    /// <summary>The rule set's generation that we have read, or made of one that we had read; null when others' commits may be among it.</summary>
    private uint? asLeft;

    private readonly LastSkeleton skeleton = new();
    private SkeletonCondition found = SkeletonCondition.Missing;
    private List<PlacedElement>? dumped;

    /// <summary>Works in one network namespace.</summary>
    /// <param name="tool">Loads texts, in that namespace too.</param>
    /// <param name="inside">The namespace; null: this process' own.</param>
    internal NftablesBackend(INftTool tool, NetworkNamespace? inside = null)
    {
        this.tool = tool;
        watch = GenerationWatch.Open(inside);
        socket = NfTablesSocket.Open(inside);
        listening = ListenAsync();
    }

    /// <summary>The backend of this process' own namespace.</summary>
    /// <param name="nft">The nft program: a path, or a name to look up in PATH.</param>
    internal static NftablesBackend Open(string nft) => new(new NftTool(nft, []));

    /// <inheritdoc />
    public string Name => "nftables";

    /// <inheritdoc />
    public RuleInspection Inspect()
    {
        Forget();
        var read = socket.CurrentGeneration().Number;
        var inspection = InspectTable();
        asLeft = socket.CurrentGeneration().Number == read ? read : null;
        return inspection;
    }

    private RuleInspection InspectTable()
    {
        var kernel = SkeletonPrint.OfKernel(socket, Table);
        if (kernel is null)
        {
            found = SkeletonCondition.Missing;
            return new RuleInspection(found, ImmutableSortedDictionary<uint, string>.Empty);
        }

        handle = HandleInKernel() ?? 0;
        var print = SkeletonPrint.Read(socket, Table);
        found = print?.Kernel == kernel ? SkeletonCondition.Intact : SkeletonCondition.Changed;
        if (found == SkeletonCondition.Intact && LearnKeyOrder())
        {
            loadedText = print!.Text;
            dumped = ElementSet.Changing.SelectMany(Dump).ToList();
        }
        else
        {
            found = SkeletonCondition.Changed;
        }

        return new RuleInspection(found, WorkloadsInKernel());
    }

    /// <inheritdoc />
    public async Task<RuleChanges> ApplyAsync(RuleState desired, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(desired);
        var wanted = ElementSlot.Of(desired, made);
        made = wanted;
        var (text, textPrint) = skeleton.Of(desired);
        if (loadedText != textPrint)
        {
            return await ReplaceAsync(text, textPrint, wanted, stop).ConfigureAwait(false);
        }

        var plan = slots is not null ? ElementPlan.Between(slots, wanted) : ElementPlan.Between(dumped ?? [], wanted.Values.SelectMany(slot => slot.Elements));
        if (!plan.IsEmpty)
        {
            Commit(plan.InOrder(wanted.Values.SelectMany(slot => slot.Elements)));
        }

        slots = wanted;
        dumped = null;
        return new RuleChanges(plan.Add.Length, plan.Remove.Length, null);
    }

    /// <inheritdoc />
    public IReadOnlyList<RuleCounter> ReadCounters() =>
        [.. socket.NamedCounters(Table).Select(counter => new RuleCounter(counter.Name, (long)counter.Value.Packets, (long)counter.Value.Bytes))];

    /// <inheritdoc />
    public bool IsInPlace() => HandleInKernel() == handle;

    /// <inheritdoc />
    /// <remarks>Each commit to any table of the network namespace makes another generation (nf_tables_commit), and there is no other way to change a rule or an element of ours.</remarks>
    public bool IsAsLeft() => slots is not null && asLeft is { } left && socket.CurrentGeneration().Number == left;

    /// <inheritdoc />
    public Task WaitForOthersAsync(CancellationToken stop) => changedByOthers.WaitAsync(stop);

    /// <inheritdoc />
    public void Dispose()
    {
        end.Cancel();
        watch.Dispose();
        socket.Dispose();
        _ = listening.ContinueWith(_ => changedByOthers.Dispose(), TaskScheduler.Default);
        end.Dispose();
    }

    /// <summary>Keeps one note for any number of foreign commits. Our own loads by nft count as foreign: one needless look each.</summary>
    private async Task ListenAsync()
    {
        try
        {
            await foreach (var generation in watch.ReadAsync(end.Token).ConfigureAwait(false))
            {
                if ((generation is null || !socket.IsOurs(generation)) && changedByOthers.CurrentCount == 0)
                {
                    changedByOthers.Release();
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Disposed: nobody waits any more.
        }
    }

    private IEnumerable<PlacedElement> Dump(ElementSet set)
    {
        var elements = socket.Elements(Table, set.Name);
        if (!ElementSet.Ranges.Contains(set))
        {
            return elements.Select(element => new PlacedElement(set, element));
        }

        return elements
            .Where(element => !RangeKeys.IsWitness(element))
            .Select(element => new PlacedElement(set, turned.Contains(set.Name) ? RangeKeys.Turn(set, element) : element));
    }

    /// <returns>False when a witness is gone.</returns>
    private bool LearnKeyOrder()
    {
        var orders = ElementSet.Ranges.Select(set => (set.Name, Turned: RangeKeys.AreTurned(socket.Elements(Table, set.Name)))).ToList();
        turned = orders.Where(order => order.Turned == true).Select(order => order.Name).ToHashSet(StringComparer.Ordinal);
        return orders.TrueForAll(order => order.Turned is not null);
    }

    private ulong? HandleInKernel() => socket.Tables().FirstOrDefault(table => table.Name == Table)?.Handle;

    /// <summary>
    /// The whole table anew, elements included, in one transaction: packets meet the old rules or the new ones, never none and never empty sets.
    /// (What waits for denied addresses follows at once: <see cref="ElementPlan.Late"/>.)
    /// </summary>
    private async Task<RuleChanges> ReplaceAsync(string text, string textPrint, Dictionary<string, ElementSlot> wanted, CancellationToken stop)
    {
        var elements = wanted.Values.SelectMany(slot => slot.Elements).ToList();
        var plan = new ElementPlan([], [.. elements]).InOrder(elements);
        var reason = found == SkeletonCondition.Intact ? SkeletonCondition.Changed : found;
        Forget();
        await LoadAsync(text, ElementText.Of(Table.ToString(), plan.Add), stop).ConfigureAwait(false);
        var kernel = SkeletonPrint.OfKernel(socket, Table) ?? throw new RulesException($"Table {Table} is gone right after it was loaded: somebody deletes it. Find out who runs `nft flush ruleset` on this node.");
        handle = HandleInKernel() ?? 0;
        socket.Commit(new NfTablesBatch().AddElements(Table, ElementSet.About.Name, [new SkeletonPrint(textPrint, kernel).Element.Element]));
        if (!LearnKeyOrder())
        {
            throw new RulesException($"A set of table {Table} lost its witness right after it was loaded: somebody else changes our sets. Find out who on this node.");
        }

        if (!plan.Late.IsEmpty)
        {
            Commit(plan with { Remove = [], Add = [] });
        }

        (slots, loadedText, found) = (wanted, textPrint, SkeletonCondition.Intact);
        return new RuleChanges(elements.Count, 0, reason);
    }

    private async Task LoadAsync(string text, string elements, CancellationToken stop)
    {
        if (socket.Tables().Any(there => there.Name == Table && !there.IsDormant))
        {
            var clearing = ClearingText.Of(Table, text, socket.Chains(Table), socket.Sets(Table), socket.NamedCounters(Table).Select(counter => counter.Name));
            try
            {
                await tool.LoadAsync(clearing + text + elements, stop).ConfigureAwait(false);
                return;
            }
            catch (RulesException)
            {
                // The kernel can not turn what is there into this, as a chain of another release that is hooked elsewhere: then the whole table, refused by its own faults only.
            }
        }

        await tool.LoadAsync(ClearingText.Whole(Table) + text + elements, stop).ConfigureAwait(false);
    }

    private void Commit(ElementPlan plan)
    {
        try
        {
            var commits = 0u;
            if (!plan.IsEmpty)
            {
                socket.Commit(plan.Write(Table, turned));
                commits++;
            }

            if (!plan.Late.IsEmpty)
            {
                socket.Commit(plan.WriteLate(Table, turned));
                commits++;
            }

            // Ours alone: else somebody else's commit was among them, and what it did is not known.
            asLeft = socket.CurrentGeneration().Number is var now && asLeft + commits == now ? now : null;
        }
        catch (NetlinkException e)
        {
            // What we believe to be there is not: somebody else was at it. The next Inspect finds out.
            Forget();
            throw new RulesException($"Elements of table {Table} could not be changed as a whole: {e.Message} The rules are read afresh and it is tried again.", e);
        }
    }

    private void Forget() => (slots, dumped, loadedText, asLeft) = (null, null, null, null);

    private ImmutableSortedDictionary<uint, string> WorkloadsInKernel()
    {
        try
        {
            return socket
                .Elements(Table, ElementSet.Workloads.Name)
                .ToImmutableSortedDictionary(element => MemoryMarshal.Read<uint>(element.Key.Bytes), element => element.Comment ?? "");
        }
        catch (NetlinkException e) when (e.IsMissing)
        {
            return ImmutableSortedDictionary<uint, string>.Empty;
        }
    }
}
