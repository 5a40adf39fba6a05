using System.Buffers;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Overlay.NodeAgent.Cni;

/// <summary>Writes results and errors in the asked version of the spec.</summary>
internal static class ResultWriter
{
    /// <summary>
    /// The success result of ADD. What earlier plugins made (<paramref name="previous"/>) comes first and unchanged; our interfaces
    /// follow, so our indexes are counted from there.
    /// </summary>
    public static byte[] Success(CniResult result, CniVersion version, JsonElement? previous) =>
        Write(json =>
        {
            json.WriteString("cniVersion", version.Text());
            var before = PreviousResults.Items(previous, "interfaces").ToArray();

            json.WriteStartArray("interfaces");
            CopyAll(json, before);
            Interface(json, result.Host, null, result.Mtu, version);
            Interface(json, result.Pod, result.Sandbox, result.Mtu, version);
            json.WriteEndArray();

            json.WriteStartArray("ips");
            CopyAll(json, PreviousResults.Items(previous, "ips"));
            foreach (var address in result.Addresses)
                Address(json, address, before.Length + 1, version);
            json.WriteEndArray();

            json.WriteStartArray("routes");
            CopyAll(json, PreviousResults.Items(previous, "routes"));
            foreach (var address in result.Addresses)
                DefaultRoute(json, address);
            json.WriteEndArray();

            json.WritePropertyName("dns");
            if (previous is { } some && some.TryGetProperty("dns", out var dns))
                dns.WriteTo(json);
            else
                JsonElement.Parse("{}").WriteTo(json);
        });

    /// <summary>The error object.</summary>
    public static byte[] Error(CniException error, CniVersion version) =>
        Write(json =>
        {
            json.WriteString("cniVersion", version.Text());
            json.WriteNumber("code", (int)error.Code);
            json.WriteString("msg", error.Message);
            json.WriteString("details", error.Details);
        });

    private static void Interface(Utf8JsonWriter json, CniInterface end, string? sandbox, int mtu, CniVersion version)
    {
        json.WriteStartObject();
        json.WriteString("name", end.Name);
        json.WriteString("mac", Mac(end.Mac));
        if (version >= CniVersion.V1_1_0)
            json.WriteNumber("mtu", mtu);
        if (sandbox is not null)
            json.WriteString("sandbox", sandbox);
        json.WriteEndObject();
    }

    private static void Address(Utf8JsonWriter json, PodAddress address, int interfaceIndex, CniVersion version)
    {
        json.WriteStartObject();
        if (version < CniVersion.V1_0_0)
            json.WriteString("version", IsV4(address.Address) ? "4" : "6");
        json.WriteString("address", $"{address.Address}/{(IsV4(address.Address) ? 32 : 128)}");
        json.WriteString("gateway", address.Gateway.ToString());
        json.WriteNumber("interface", interfaceIndex);
        json.WriteEndObject();
    }

    private static void DefaultRoute(Utf8JsonWriter json, PodAddress address)
    {
        json.WriteStartObject();
        json.WriteString("dst", IsV4(address.Address) ? "0.0.0.0/0" : "::/0");
        json.WriteString("gw", address.Gateway.ToString());
        json.WriteEndObject();
    }

    private static void CopyAll(Utf8JsonWriter json, IEnumerable<JsonElement> items)
    {
        foreach (var item in items)
            item.WriteTo(json);
    }

    private static byte[] Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static bool IsV4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork;

    private static string Mac(PhysicalAddress mac) => Convert.ToHexStringLower(mac.GetAddressBytes()).Chunked(2, ':');
}
