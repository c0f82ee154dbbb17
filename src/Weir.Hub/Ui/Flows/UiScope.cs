using Microsoft.AspNetCore.Http;
using Weir.Hub.Ui.Filters;

namespace Weir.Hub.Ui.Flows;

/// <summary>What a request of the web UI is about: namespaces, a filter and a time.</summary>
/// <param name="Filters">Which flows.</param>
/// <param name="Namespaces">Of these namespaces; empty for all.</param>
/// <param name="From">The earliest time.</param>
/// <param name="Until">The latest time.</param>
/// <param name="HasFrom">Whether the request names its beginning.</param>
/// <param name="ShowsSystem">Whether the system's own traffic counts.</param>
internal sealed record UiScope(FlowFilters Filters, IReadOnlyList<string> Namespaces, DateTimeOffset From, DateTimeOffset Until, bool HasFrom, bool ShowsSystem)
{
    /// <summary>The time that is meant where none is said.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(5);

    /// <summary>Reads <c>ns</c>, <c>q</c>, <c>from</c>, <c>to</c> and <c>system</c>.</summary>
    /// <param name="query">The request's query.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="UiProblem">One of them makes no sense.</exception>
    public static UiScope Read(IQueryCollection query, DateTimeOffset now)
    {
        var namespaces = NamespacesOf(query);
        var until = FlowTime.Read("to", query["to"]) ?? now;
        var from = FlowTime.Read("from", query["from"]);
        if (from > until) throw new UiProblem($"'from' ({from:O}) is after 'to' ({until:O}); turn them round.");
        return new UiScope(FlowFilters.Of(query["q"].ToString(), namespaces), namespaces, from ?? until - Usual, until, from is not null, query["system"] == "1");
    }

    /// <summary>The namespaces that a query names.</summary>
    public static IReadOnlyList<string> NamespacesOf(IQueryCollection query) => query["ns"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
