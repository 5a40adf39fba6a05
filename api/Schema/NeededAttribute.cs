namespace Overlay.Api.Schema;

/// <summary>The API server refuses an object that leaves this field out.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NeededAttribute : Attribute;
