using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Weir.FlowLog.Ingest;
using Weir.FlowLog.Wire;
using Weir.Observe.Hubble;
using Weir.Observe.Tls;

namespace Weir.Agent;

/// <summary>The node's way to the hub: what gathers flows, what keeps them, what sends them.</summary>
internal sealed partial class HubLink : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly BatchSender _sender;
    private readonly BatchSpool _spool;

    private HubLink(GrpcChannel channel, BatchSpool spool, SpoolOptions options, TimeProvider time, ILoggerFactory logs)
    {
        (_channel, _spool) = (channel, spool);
        Batcher = new FlowBatcher(spool, options.Gather, time);
        _sender = new BatchSender(spool, new Ingest.IngestClient(channel), time, logs.CreateLogger<BatchSender>());
    }

    /// <summary>Takes the chosen flows.</summary>
    public FlowBatcher Batcher { get; }

    /// <summary>Bytes that wait on the node's disk.</summary>
    public long SpoolBytes => _spool.Bytes;

    /// <summary>What is wrong with the hub's part of an agent's options, as sentences.</summary>
    public static IEnumerable<string> Problems(AgentOptions options)
    {
        if (options.Hub.Length == 0) yield break;
        if (AddressOf(options.Hub) is not { } address) yield return $"--hub {options.Hub} is no address; give unix:PATH, host:port or tls://host:port.";
        else if (address.WantsTls && options.ObserverCertificates.Length == 0) yield return $"--hub {options.Hub} needs certificates; give --observer-certificates.";
        foreach (var problem in Spool(options).Problems()) yield return problem;
    }

    /// <summary>Opens it; null where there is no hub.</summary>
    public static HubLink? Open(AgentOptions options, TimeProvider time, ILoggerFactory logs)
    {
        if (options.Hub.Length == 0) return null;
        var spool = Spool(options);
        var address = AddressOf(options.Hub)!;
        var tls = address.WantsTls ? Tls(options, time, logs.CreateLogger<HubLink>()) : null;
        return new HubLink(ObserverChannel.To(address, tls), BatchSpool.Open(spool, options.NodeName, time), spool, time, logs);
    }

    /// <summary>The loops that gather and send.</summary>
    public Task[] Run(CancellationToken cancellation) => [Batcher.RunAsync(cancellation), _sender.RunAsync(cancellation)];

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private static SpoolOptions Spool(AgentOptions options) => new() { Folder = Path.Combine(options.RunFolder, "spool"), MaxBytes = options.SpoolBytes };

    private static ServerAddress? AddressOf(string text)
    {
        try
        {
            return ServerAddress.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static ClientTls Tls(AgentOptions options, TimeProvider time, ILogger logger) => new(
        TlsMaterial.Load(TlsFiles.InFolder(options.ObserverCertificates), time, problem => Log.Certificates(logger, problem)), null, AllowInsecure: false, time);

    private static partial class Log
    {
        [LoggerMessage(9042, LogLevel.Warning, "The certificates for the hub: {Problem}")]
        public static partial void Certificates(ILogger logger, string problem);
    }
}
