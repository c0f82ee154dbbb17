using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Weir.Agent.Evidence;
using Weir.Agent.Intent;
using Weir.Proxy.Feed;

namespace Weir.Agent.Loops;

/// <summary>Keeps the connection to the proxy beside the agent: policy goes there, what it saw comes back.</summary>
internal sealed partial class ProxyFeedLoop(AgentOptions options, ProxyIntent intent, ExchangeTranslator translator, TimeProvider time, ILogger<ProxyFeedLoop> logger)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs until cancelled; a proxy that is not there is looked for again and again.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (!options.UseProxy)
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return;
        }

        string? last = null;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await using var client = await FeedClient.ConnectAsync(options.RunFolder, translator.Take, translator.TakeLost, cancellation, translator.Rest);
                last = null;
                Log.Connected(logger);
                var reading = client.RunAsync(cancellation);
                try
                {
                    await intent.ConnectAsync(client, cancellation);
                    await reading;
                }
                finally
                {
                    intent.Disconnect(client);
                }
            }
            catch (Exception e) when (e is SocketException or IOException or InvalidDataException)
            {
                // Said once, not ten times a second.
                if (e.Message != last) Log.NotThere(logger, e.Message);
                last = e.Message;
            }

            await Task.Delay(_pause, time, cancellation);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(9050, LogLevel.Information, "Connected to the proxy")]
        public static partial void Connected(ILogger logger);

        [LoggerMessage(9051, LogLevel.Warning, "The proxy cannot be reached; connections that policy wants checked are dropped. {Reason}")]
        public static partial void NotThere(ILogger logger, string reason);
    }
}
