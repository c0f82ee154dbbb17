using System.Text.Json;
using System.Text.Json.Serialization;

namespace Weir.Proxy;

/// <summary>What a running proxy tells the agent, by the file <c>proxy.json</c> in the node's run directory.</summary>
/// <param name="Version">The version of this file's form: 1.</param>
/// <param name="Pid">The proxy's process id.</param>
/// <param name="TcpPort">The port that redirected TCP connections are handed to.</param>
/// <param name="UdpPort">The port that redirected datagrams are handed to.</param>
public sealed partial record ProxyPorts(int Version, int Pid, ushort TcpPort, ushort UdpPort)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "proxy.json";

    /// <summary>The version that this code writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Whether the process that wrote the file still runs.</summary>
    [JsonIgnore]
    public bool IsAlive => Pid > 0 && Directory.Exists($"/proc/{Pid}");

    /// <summary>Reads the file; null where there is none, or none that can be understood.</summary>
    /// <remarks>The caller must check <see cref="IsAlive"/>: a killed proxy leaves its file behind.</remarks>
    public static ProxyPorts? TryRead(string runDirectory)
    {
        try
        {
            var text = File.ReadAllBytes(Path.Combine(runDirectory, FileName));
            return JsonSerializer.Deserialize(text, Json.Default.ProxyPorts) is { Version: CurrentVersion } ports ? ports : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Puts the file in place at once and whole: a reader sees the old one or the new one.</summary>
    public void Write(string runDirectory)
    {
        var path = Path.Combine(runDirectory, FileName);
        var fresh = path + ".new";
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(this, Json.Default.ProxyPorts));
        File.Move(fresh, path, overwrite: true);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(ProxyPorts))]
    private sealed partial class Json : JsonSerializerContext;
}
