using Microsoft.Extensions.Logging;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Http;

/// <summary>Logs where requests that pass have not the headers that <c>headerMatches</c> want. Any thread.</summary>
/// <remarks>A client decides how often that is, so no more than <see cref="MostPerSecond"/> lines a second are written; the rest is counted.</remarks>
internal sealed partial class HeaderMismatchLog(ILogger logger, TimeProvider time)
{
    /// <summary>The most lines in a second.</summary>
    public const int MostPerSecond = 10;

    private readonly Lock _counting = new();
    private long _second;
    private long _untold;
    private int _told;

    /// <summary>Takes a mismatch.</summary>
    /// <param name="side">The endpoint whose rule it is.</param>
    /// <param name="request">The request as it is recorded.</param>
    /// <param name="edit">What the rule wants, and what is done instead.</param>
    public void Take(in ExchangeEnds side, HttpExchange request, HeaderEdit edit)
    {
        long untold;
        lock (_counting)
        {
            var second = time.GetUtcNow().ToUnixTimeSeconds();
            if (second != _second) (_second, _told) = (second, 0);
            if (++_told > MostPerSecond)
            {
                _untold++;
                return;
            }

            (untold, _untold) = (_untold, 0);
        }

        Log.Mismatch(logger, request.Method, request.Url, side.Endpoint, side.Direction, edit.Name, edit.Value, edit.Kind, untold);
    }

    private static partial class Log
    {
        [LoggerMessage(7060, LogLevel.Information, "{Method} {Url}, {Direction} of endpoint {Endpoint}: header '{Name}' is not '{Value}' ({Action}); {Untold} more were not logged")]
        public static partial void Mismatch(ILogger logger, string method, string url, uint endpoint, TrafficDirection direction, string name, string value, HeaderEditKind action, long untold);
    }
}
