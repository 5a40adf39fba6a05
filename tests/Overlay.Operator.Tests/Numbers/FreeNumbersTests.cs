using FsCheck.Xunit;
using Overlay.Operator.Numbers;

namespace Overlay.Operator.Tests.Numbers;

public sealed class FreeNumbersTests
{
    private const int Size = 24;

    /// <summary>Each step: a number, and what is done with it; afterwards a plain set must agree in everything.</summary>
    [Property(MaxTest = 300)]
    public void It_says_the_same_as_a_plain_set((byte Number, byte What)[] steps)
    {
        var free = new FreeNumbers(0, Size - 1);
        var model = new SortedSet<long>(Enumerable.Range(0, Size).Select(i => (long)i));
        foreach (var (raw, what) in steps)
        {
            var number = raw % (Size + 2);
            switch (what % 3)
            {
                case 0:
                    Assert.Equal(model.Remove(number), free.Take(number));
                    break;
                case 1:
                    free.GiveBack(number);
                    if (number < Size)
                    {
                        model.Add(number);
                    }

                    break;
                default:
                    free.Take(number, number + 4);
                    model.RemoveWhere(n => n >= number && n <= number + 4);
                    break;
            }

            Assert.Equal(model.Count, free.Count);
            Assert.Equal(model.Count == 0 ? null : model.Min, free.Lowest());
            for (var i = 0; i <= Size; i++)
            {
                Assert.Equal(model.Contains(i), free.Contains(i));
                var above = model.Where(n => n >= i).Select(n => (long?)n).FirstOrDefault();
                Assert.Equal(above, free.Lowest(i));
            }
        }
    }

    [Fact]
    public void Sixteen_million_numbers_cost_nothing_until_they_are_taken()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var free = new FreeNumbers(0, (1L << 24) - 1);
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(free.Take(free.Lowest()!.Value));
        }

        free.Lowest().Should().Be(10_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(100_000_000);
    }
}
