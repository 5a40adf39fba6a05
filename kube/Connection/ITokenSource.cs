namespace Overlay.Kube.Connection;

/// <summary>Gives the bearer token of a request.</summary>
public interface ITokenSource
{
    /// <summary>The token as it is now.</summary>
    string Current { get; }

    /// <summary>The server refused the token (401): read it again before the next request.</summary>
    void Refused();
}

/// <summary>A token that never changes.</summary>
/// <param name="token">The token.</param>
public sealed class FixedToken(string token) : ITokenSource
{
    /// <inheritdoc />
    public string Current => token;

    /// <inheritdoc />
    public void Refused()
    {
        // There is no other token to be had; the refusal reaches the caller.
    }
}
