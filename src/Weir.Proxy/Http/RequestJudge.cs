using System.Runtime.InteropServices;
using Weir.Model;
using Weir.Policy.Compile;
using Weir.Protocols.Http;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Http;

/// <summary>Asks policy about each request of one connection, by the rules that are in force at that moment, and records the answer.</summary>
internal sealed class RequestJudge(ProxiedConnection connection)
{
    private readonly HeaderEdits _edits = new();
    private readonly List<HeaderChange> _changes = [];
    private (string Host, string Path, string Url) _lastUrl = ("", "", "");

    /// <summary>What has to be changed in the headers of the request that was allowed last, when it is passed on.</summary>
    public ReadOnlySpan<HeaderChange> Changes => CollectionsMarshal.AsSpan(_changes);

    /// <summary>Whether a request passes every side; it is recorded for each that was asked and limits it. See then <see cref="Changes"/>.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="path">The path that is judged, with its query.</param>
    /// <param name="host">The host as sent.</param>
    /// <param name="header">Gives a header's value, several joined by commas; null where there is none.</param>
    public bool Allows(HttpExchange exchange, string path, string host, Func<string, string?> header)
    {
        _edits.Clear();
        _changes.Clear();
        foreach (var side in connection.Sides)
        {
            var decision = connection.Ask(side);
            if (!decision.IsDenied && decision.Rules is null) continue;
            var before = _edits.Count;
            var passes = decision is { IsDenied: false, Parser: "http", Matcher: { } matcher } && matcher.AllowsHttp(exchange.Method, path, host, header, _edits);
            connection.Record(side, passes ? Verdict.Forwarded : Verdict.Dropped, decision.Rule, exchange, answer: null);
            if (!passes) return false;
            for (var i = before; i < _edits.Count; i++) Take(side, exchange, _edits[i]);
        }

        return connection.Sides.Count > 0;
    }

    /// <summary>Whether a TLS connection may be opened to a server of this name; recorded like a request.</summary>
    public bool AllowsServerName(string name)
    {
        var hello = new HttpExchange { Method = "", Url = $"https://{name}", Protocol = "TLS" };
        foreach (var side in connection.Sides)
        {
            var decision = connection.Ask(side);
            if (!decision.IsDenied && decision.Rules is null) continue;
            var passes = decision is { IsDenied: false, Parser: "tls", Matcher: { } matcher } && matcher.AllowsServerName(name);
            connection.Record(side, passes ? Verdict.Forwarded : Verdict.Dropped, decision.Rule, hello, answer: null);
            if (!passes) return false;
        }

        return connection.Sides.Count > 0;
    }

    /// <summary>The URL for records, made once for requests that repeat.</summary>
    public string Url(string host, string path)
    {
        if (!ReferenceEquals(host, _lastUrl.Host) || !ReferenceEquals(path, _lastUrl.Path))
            _lastUrl = (host, path, connection.Redaction.Url("http", host, path));
        return _lastUrl.Url;
    }

    /// <summary>Records the answer to a request, for each side that limits it.</summary>
    public void RecordAnswer(HttpExchange request, int status, long since, Verdict verdict = Verdict.Forwarded)
    {
        var answer = new HttpAnswer((ushort)status, connection.Time.GetElapsedTime(since));
        foreach (var side in connection.Sides)
        {
            var decision = connection.Ask(side);
            if (decision.IsDenied || decision.Rules is not null) connection.Record(side, verdict, decision.Rule, request, answer);
        }
    }

    private void Take(in ExchangeEnds side, HttpExchange exchange, HeaderEdit edit)
    {
        connection.Mismatched?.Take(side, exchange, edit);
        if (edit.Kind == HeaderEditKind.Log) return;
        _changes.Add(new HeaderChange(edit.Name, Removes: edit.Kind != HeaderEditKind.Add, edit.Kind == HeaderEditKind.Delete ? null : edit.Value));
    }

    /// <summary>Records what was not understood, and so was passed to nobody.</summary>
    public void RecordFault(string protocol, int status)
    {
        var fault = new HttpExchange { Method = "", Url = "", Protocol = protocol };
        HttpAnswer? answer = status > 0 ? new HttpAnswer((ushort)status, TimeSpan.Zero) : null;
        foreach (var side in connection.Sides) connection.Record(side, Verdict.Error, connection.Ask(side).Rule, fault, answer);
    }
}
