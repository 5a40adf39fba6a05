namespace Overlay.Api.Schema;

/// <summary>The API server fills this field in where it is left out.</summary>
/// <param name="json">The value in JSON; null: the value of the property's initializer.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DefaultedAttribute(string? json = null) : Attribute
{
    /// <summary>The value in JSON; null: the value of the property's initializer.</summary>
    public string? Json { get; } = json;
}
