using Google.Protobuf.Collections;
using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Ingest;

/// <summary>What holds for the columns of every <see cref="Rows"/> message.</summary>
internal static class RowColumns
{
    /// <summary>Empties a message for its next use; its columns keep their room.</summary>
    public static void Clear(Rows rows)
    {
        rows.Ends.Clear();
        rows.Rules.Clear();
        rows.Services.Clear();
        rows.Exchanges.Clear();
        rows.Time.Clear();
        rows.Number.Clear();
        rows.Kind.Clear();
        rows.Verdict.Clear();
        rows.Reason.Clear();
        rows.Direction.Clear();
        rows.Point.Clear();
        rows.Tracking.Clear();
        rows.Reply.Clear();
        rows.Protocol.Clear();
        rows.Flags.Clear();
        rows.SourcePort.Clear();
        rows.DestinationPort.Clear();
        rows.SourceAddress.Clear();
        rows.DestinationAddress.Clear();
        rows.Source.Clear();
        rows.Destination.Clear();
        rows.SourceService.Clear();
        rows.DestinationService.Clear();
        rows.EgressRule.Clear();
        rows.IngressRule.Clear();
        rows.Exchange.Clear();
        rows.Packets.Clear();
        rows.Bytes.Clear();
    }

    /// <summary>What is wrong with a message that came over the network; null when it can be stored.</summary>
    public static string? Fault(Rows rows)
    {
        var count = rows.Time.Count;
        int[] lengths =
        [
            rows.Number.Count, rows.Kind.Count, rows.Verdict.Count, rows.Reason.Count, rows.Direction.Count, rows.Point.Count, rows.Tracking.Count,
            rows.Reply.Count, rows.Protocol.Count, rows.Flags.Count, rows.SourcePort.Count, rows.DestinationPort.Count,
            rows.SourceAddress.Count / 2, rows.DestinationAddress.Count / 2, rows.Source.Count, rows.Destination.Count, rows.SourceService.Count,
            rows.DestinationService.Count, rows.EgressRule.Count, rows.IngressRule.Count, rows.Exchange.Count, rows.Packets.Count, rows.Bytes.Count,
        ];
        if (lengths.Any(l => l != count)) return $"its columns have different lengths ({count} times, others {lengths.Min()} to {lengths.Max()})";
        if (Max(rows.Source) > rows.Ends.Count || Max(rows.Destination) > rows.Ends.Count) return "a row names an end that it does not list";
        if (Max(rows.EgressRule) > rows.Rules.Count || Max(rows.IngressRule) > rows.Rules.Count) return "a row names a rule that it does not list";
        if (Max(rows.SourceService) > rows.Services.Count || Max(rows.DestinationService) > rows.Services.Count) return "a row names a service that it does not list";
        return Max(rows.Exchange) > rows.Exchanges.Count ? "a row names an exchange that it does not list" : null;
    }

    private static uint Max(RepeatedField<uint> column)
    {
        var most = 0u;
        for (var i = 0; i < column.Count; i++) most = Math.Max(most, column[i]);
        return most;
    }
}
