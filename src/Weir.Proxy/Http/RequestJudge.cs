using Weir.Model;

namespace Weir.Proxy.Http;

/// <summary>Asks policy about each request of one connection, by the rules that are in force at that moment, and records the answer.</summary>
internal sealed class RequestJudge(ProxiedConnection connection)
{
    private ConnectionRules _rules = connection.Policy.Ask(connection.Source, connection.Destination);
    private (string Host, string Path, string Url) _lastUrl = ("", "", "");

    /// <summary>The rules now.</summary>
    public ConnectionRules Rules
    {
        get
        {
            if (_rules.Revision != connection.Policy.Revision) _rules = connection.Policy.Ask(connection.Source, connection.Destination);
            return _rules;
        }
    }

    /// <summary>Whether a request passes; it is recorded either way.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="path">The path that is judged, with its query.</param>
    /// <param name="host">The host as sent.</param>
    /// <param name="header">Gives a header's value, several joined by commas; null where there is none.</param>
    public bool Allows(HttpExchange exchange, string path, string host, Func<string, string?> header)
    {
        var rules = Rules;
        if (!rules.IsOpen)
        {
            Record(Verdict.Dropped, rules.Directions.Count > 0 ? rules.Directions[0] : null, exchange);
            return false;
        }

        foreach (var direction in rules.Directions)
        {
            if (direction.AllowsHttp(exchange.Method, path, host, header)) continue;
            Record(Verdict.Dropped, direction, exchange);
            return false;
        }

        Record(Verdict.Forwarded, rules.Directions[0], exchange);
        return true;
    }

    /// <summary>The URL for records, made once for requests that repeat.</summary>
    public string Url(string host, string path)
    {
        if (!ReferenceEquals(host, _lastUrl.Host) || !ReferenceEquals(path, _lastUrl.Path))
            _lastUrl = (host, path, connection.Redaction.Url("http", host, path));
        return _lastUrl.Url;
    }

    public void Record(Verdict verdict, DirectionRules? rules, HttpExchange exchange) =>
        connection.Log.Add(new HttpRecord(connection.Source, connection.Destination, verdict, rules, exchange));

    /// <summary>Records the answer to a request.</summary>
    public void RecordAnswer(HttpExchange request, int status, long since, Verdict verdict = Verdict.Forwarded) =>
        Record(verdict, null, request with { IsResponse = true, Status = (ushort)status, Latency = connection.Time.GetElapsedTime(since), Headers = [] });
}
