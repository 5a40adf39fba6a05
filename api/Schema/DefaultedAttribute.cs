namespace Overlay.Api.Schema;

/// <summary>The API server fills this field in where it is left out, with the value of the property's initializer.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DefaultedAttribute : Attribute;
