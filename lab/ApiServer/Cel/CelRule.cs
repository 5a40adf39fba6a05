namespace Overlay.Lab.ApiServer.Cel;

/// <summary>One x-kubernetes-validations entry.</summary>
internal sealed record CelRule
{
}
