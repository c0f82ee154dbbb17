using Microsoft.Extensions.Logging;

namespace Weir.Cli.Node;

/// <summary>The log of a node's process: one line an entry, on standard output.</summary>
internal static class NodeLogs
{
    /// <summary>Makes it; the caller disposes it, which writes what is left.</summary>
    public static ILoggerFactory Create() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        }));
}
