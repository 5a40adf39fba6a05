namespace Overlay.Policy.Tests.Properties;

/// <summary>Choices out of a seed: repeatable is what is wanted here, not unguessable.</summary>
internal sealed class Dice(int seed)
{
#pragma warning disable CA5394 // Random is not for secrets: here a seed must give the same choices again.
    private readonly Random _random = new(seed);

    public int Next(int end) => _random.Next(end);

    public int Next(int from, int end) => _random.Next(from, end);

    public bool Chance(int percent) => _random.Next(100) < percent;

    public T Of<T>(params T[] choices) => choices[_random.Next(choices.Length)];

    public IEnumerable<T> Some<T>(int most, Func<T> make) => Enumerable.Range(0, _random.Next(0, most + 1)).Select(_ => make());
}
