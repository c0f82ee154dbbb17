using System.Text.Json.Nodes;
using Weir.Cluster.Objects;

namespace Weir.Cluster.FlowLogs;

/// <summary>A resource that chooses flows to log, or to count.</summary>
/// <param name="Plural"><c>containernetworklogs</c>, <c>containernetworkmetrics</c>, or <c>retinanetworkflowlogs</c> as it was once called.</param>
/// <param name="Name">Its name; it has no namespace.</param>
/// <param name="Uid">Tells it from one of the same name that was made anew.</param>
/// <param name="Generation">Counts the changes of its <c>spec</c>.</param>
/// <param name="Document">The object as the API has it.</param>
public sealed record FlowLogDocument(string Plural, string Name, string Uid, long Generation, JsonObject Document)
{
    /// <summary>Its address in the API.</summary>
    public string Path => $"{FlowLogWatch.Group}/{Plural}/{Name}";

    internal static FlowLogDocument Read(string plural, JsonObject document) => new(
        plural, document.ObjectName().Name, document.Text("metadata", "uid") ?? "", document.Number("metadata", "generation") ?? 0, document);
}
