namespace Overlay.Policy;

/// <summary>What a selector says of labels that may be known in part only.</summary>
internal enum Match
{
    /// <summary>Not selected, whatever the unknown labels are.</summary>
    No,

    /// <summary>A key that decides is not recorded. Never a grant.</summary>
    Unknown,

    /// <summary>Selected, whatever the unknown labels are.</summary>
    Yes,
}
