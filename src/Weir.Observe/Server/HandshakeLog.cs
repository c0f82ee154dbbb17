using Microsoft.Extensions.Logging;

namespace Weir.Observe.Server;

/// <summary>Hears from the web server which TLS handshakes failed: it tells nobody else.</summary>
internal sealed class HandshakeLog(Action<string> report) : ILoggerProvider, ILogger
{
    /// <summary>Who speaks of handshakes.</summary>
    public const string Category = "Microsoft.AspNetCore.Server.Kestrel.Https.Internal.HttpsConnectionMiddleware";

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // 1 is a failed handshake, 2 one that took too long; the others tell of those that went well.
        if (eventId.Id is not (1 or 2)) return;
        var why = exception is null ? "it took too long" : exception.Message.TrimEnd('.');
        report($"A client broke off the TLS handshake: {why}. Either it does not speak TLS, or it does not trust this server's certificate or its name.");
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
