using System.Globalization;
using Overlay.Images;
using Overlay.Images.Oci;

// Builds images without a daemon; `make images` calls it, and images/NAME/Dockerfile with --unpack.
const string Usage = """
    overlay-images NAME ARCH VERSION REVISION EPOCH --archive FOLDER   writes FOLDER/overlay-NAME-VERSION-ARCH.tar and .spdx.json
    overlay-images NAME ARCH VERSION REVISION EPOCH --unpack FOLDER    lays the image's files out in FOLDER
    NAME: a folder of images/ with an image.json. EPOCH: seconds since 1970, which the image bears as its time.
    """;

if (args is not [var name, var arch, var version, var revision, var epoch, "--archive" or "--unpack", var folder])
{
    await Console.Error.WriteLineAsync(Usage);
    return 2;
}

try
{
    var architecture = Architecture.Parse(arch);
    var created = DateTimeOffset.FromUnixTimeSeconds(long.Parse(epoch, CultureInfo.InvariantCulture));
    var (image, sbom) = new Build(Environment.CurrentDirectory, architecture).Image(name, new ImageIdentity($"docker.io/overlay-cni/{name}", version, created, revision));
    if (args[^2] == "--unpack")
    {
        Build.Unpack(image, folder);
        return 0;
    }

    var file = Path.Combine(Directory.CreateDirectory(folder).FullName, $"overlay-{name}-{version}-{arch}.tar");
    await File.WriteAllBytesAsync(file, OciArchive.Write(image));
    await File.WriteAllBytesAsync(Path.ChangeExtension(file, ".spdx.json"), sbom);
    Console.WriteLine(Build.Summary(image, Path.GetRelativePath(Environment.CurrentDirectory, file)));
    return 0;
}
catch (Exception e) when (e is ImageException or FormatException or IOException)
{
    await Console.Error.WriteLineAsync($"overlay-images: {e.Message}");
    return 1;
}
