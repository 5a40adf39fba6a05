namespace Overlay.Kube.Connection;

/// <summary>
/// A token in a file that is replaced before it expires: the kubelet rotates a projected service account token at 80 % of its life,
/// so reading it once a minute is soon enough, and reading it again after a 401 covers the rest.
/// </summary>
public sealed class TokenFile : ITokenSource
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private string? _token;
    private long _readAt;

    /// <summary>Names the file; it is read at the first use.</summary>
    /// <param name="path">The file that holds the token.</param>
    /// <param name="time">The clock.</param>
    public TokenFile(string path, TimeProvider? time = null)
    {
        _path = path;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc />
    /// <exception cref="IOException">The file could not be read and was never read before.</exception>
    public string Current
    {
        get
        {
            lock (_gate)
            {
                if (_token is null || _time.GetElapsedTime(_readAt) >= MaxAge)
                    Read();
                return _token!;
            }
        }
    }

    /// <inheritdoc />
    public void Refused()
    {
        lock (_gate)
            _readAt = _time.GetTimestamp() - (long)(MaxAge.TotalSeconds * _time.TimestampFrequency);
    }

    private void Read()
    {
        try
        {
            var token = File.ReadAllText(_path).Trim();
            if (token.Length == 0)
                throw new IOException($"The token file {_path} is empty.");
            _token = token;
        }
        catch (Exception e) when (_token is not null && e is IOException or UnauthorizedAccessException)
        {
            // The file is being swapped: the old token serves until the next look.
        }

        _readAt = _time.GetTimestamp();
    }
}
