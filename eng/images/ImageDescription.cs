using System.Text.Json;
using System.Text.Json.Serialization;

namespace Overlay.Images;

/// <summary>images/NAME/image.json.</summary>
/// <param name="Title">One line.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Layers">Folders under images/, the lowest first.</param>
/// <param name="Projects">The folders of our programs in it: their NuGet packages are part of the image.</param>
/// <param name="Entrypoint">The program that runs.</param>
/// <param name="User">Numbers, <c>UID:GID</c>: a kubelet can check <c>runAsNonRoot</c> on numbers only.</param>
internal sealed record ImageDescription(
    string Title,
    string Description,
    IReadOnlyList<string> Layers,
    IReadOnlyList<string> Projects,
    IReadOnlyList<string> Entrypoint,
    string User
)
{
    /// <exception cref="ImageException">There is no such image, or its description can not be read.</exception>
    public static ImageDescription Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), DescriptionJson.Default.ImageDescription)!;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new ImageException($"{path}: {e.Message}");
        }
    }
}

/// <summary>How descriptions are read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(ImageDescription))]
internal sealed partial class DescriptionJson : JsonSerializerContext;
