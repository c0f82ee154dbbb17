using System.Text.Json;
using DuckDB.NET.Data;
using Weir.FlowLog.Wire;
using Weir.Model;

namespace Weir.FlowLog.Store;

/// <summary>Puts the rows of a batch into a table of <see cref="FlowTable"/>'s columns, in their order.</summary>
internal sealed class RowAppender(DuckDBAppender appender)
{
    private const long UnixTicks = 621_355_968_000_000_000;
    private const int MaxAddresses = 65536;
    private readonly Dictionary<IpAddress, string> _addresses = [];

    /// <summary>Appends a batch.</summary>
    /// <param name="node">Where its flows were seen.</param>
    /// <param name="rows">Rows without a fault.</param>
    public void Append(string node, Rows rows)
    {
        var hash = FlowUuid.NodeHash(node);
        for (var i = 0; i < rows.Time.Count; i++) Append(node, hash, rows, i);
    }

    private void Append(string node, uint hash, Rows rows, int i)
    {
        var (kind, verdict, reason, point) = (rows.Kind[i], rows.Verdict[i], rows.Reason[i], rows.Point[i]);
        var source = new IpAddress(rows.SourceAddress[2 * i], rows.SourceAddress[(2 * i) + 1]);
        var destination = new IpAddress(rows.DestinationAddress[2 * i], rows.DestinationAddress[(2 * i) + 1]);
        var direction = rows.Direction[i];
        var row = appender.CreateRow();
        row.AppendValue(UnixTicks + FloorDiv(rows.Time[i], 100));
        row.AppendValue(node);
        row.AppendValue(hash);
        row.AppendValue(rows.Number[i]);
        row.AppendValue((byte)kind);
        row.AppendValue((ushort)FlowSubType.Of((int)kind, (int)reason, (int)point));
        row.AppendValue(RowNames.Verdict(verdict));
        if (verdict == (uint)Verdict.Dropped) row.AppendValue(RowNames.Reason(reason));
        else row.AppendNullValue();
        row.AppendValue(RowNames.Direction(direction));
        row.AppendValue(RowNames.Point(point));
        row.AppendValue(RowNames.Tracking(rows.Tracking[i]));
        if (rows.Reply[i] == 0) row.AppendNullValue();
        else row.AppendValue(rows.Reply[i] == 2);
        if (RowNames.Protocol(rows.Protocol[i]) is { } protocol) row.AppendValue(protocol);
        else row.AppendNullValue();
        row.AppendValue((byte)rows.Flags[i]);
        row.AppendValue((ushort)rows.SourcePort[i]);
        row.AppendValue((ushort)rows.DestinationPort[i]);
        row.AppendValue(source.IsIPv4 ? "IPv4" : "IPv6");
        row.AppendValue(TextOf(source));
        row.AppendValue(TextOf(destination));
        AppendEnd(row, rows.Source[i] == 0 ? null : rows.Ends[(int)rows.Source[i] - 1]);
        var to = rows.Destination[i] == 0 ? null : rows.Ends[(int)rows.Destination[i] - 1];
        AppendEnd(row, to);
        AppendText(row, to is { Names.Count: > 0 } ? to.Names[0] : "");
        AppendService(row, rows.SourceService[i] == 0 ? null : rows.Services[(int)rows.SourceService[i] - 1]);
        AppendService(row, rows.DestinationService[i] == 0 ? null : rows.Services[(int)rows.DestinationService[i] - 1]);
        AppendRule(row, rows.EgressRule[i] == 0 ? null : rows.Rules[(int)rows.EgressRule[i] - 1]);
        AppendRule(row, rows.IngressRule[i] == 0 ? null : rows.Rules[(int)rows.IngressRule[i] - 1]);
        AppendExchange(row, rows.Exchange[i] == 0 ? null : rows.Exchanges[(int)rows.Exchange[i] - 1]);
        row.AppendValue(rows.Packets[i]);
        row.AppendValue(rows.Bytes[i]);
        row.AppendValue(direction == 1 ? 1u : 0u);
        row.AppendValue(direction == 2 ? 1u : 0u);
        row.AppendValue(direction is 1 or 2 ? 0u : 1u);
        row.EndRow();
    }

    private static long FloorDiv(long value, long by) => value >= 0 ? value / by : -((-value + by - 1) / by);

    private string TextOf(IpAddress address)
    {
        if (_addresses.TryGetValue(address, out var known)) return known;
        if (_addresses.Count >= MaxAddresses) _addresses.Clear();
        return _addresses[address] = address.ToString();
    }

    private static void AppendEnd(IDuckDBAppenderRow row, End? end)
    {
        if (end is null)
        {
            for (var i = 0; i < 7; i++) row.AppendNullValue();
            return;
        }

        row.AppendValue(end.Identity);
        AppendText(row, end.Cluster);
        AppendText(row, end.Namespace);
        AppendText(row, end.Pod);
        AppendText(row, end.Workload);
        AppendText(row, end.WorkloadKind);
        AppendText(row, end.Labels);
    }

    private static void AppendService(IDuckDBAppenderRow row, Service? service)
    {
        AppendText(row, service?.Namespace ?? "");
        AppendText(row, service?.Name ?? "");
    }

    private static void AppendRule(IDuckDBAppenderRow row, Rule? rule)
    {
        if (rule is null) row.AppendNullValue();
        else row.AppendValue(rule.Allows);
        AppendText(row, rule?.Policies ?? "");
        AppendText(row, rule?.Text ?? "");
    }

    private static void AppendExchange(IDuckDBAppenderRow row, Exchange? exchange)
    {
        if (exchange is null)
        {
            for (var i = 0; i < 14; i++) row.AppendNullValue();
            return;
        }

        row.AppendValue(exchange.Response ? "RESPONSE" : "REQUEST");
        row.AppendValue(exchange.LatencyNs);
        var dns = exchange.Dns;
        AppendText(row, dns?.Query ?? "");
        AppendList(row, dns?.Ips);
        if (dns is null) row.AppendNullValue();
        else row.AppendValue(dns.Ttl);
        AppendList(row, dns?.Cnames);
        if (dns is null) row.AppendNullValue();
        else row.AppendValue((ushort)dns.Rcode);
        AppendList(row, dns?.Qtypes);
        AppendList(row, dns?.Rrtypes);
        var http = exchange.Http;
        if (http is null) row.AppendNullValue();
        else row.AppendValue((ushort)http.Code);
        AppendText(row, http?.Method ?? "");
        AppendText(row, http?.Url ?? "");
        AppendText(row, http?.Protocol ?? "");
        AppendText(row, http?.Headers ?? "");
    }

    private static void AppendList(IDuckDBAppenderRow row, IReadOnlyList<string>? list) =>
        AppendText(row, list is { Count: > 0 } ? JsonSerializer.Serialize(list) : "");

    private static void AppendText(IDuckDBAppenderRow row, string text)
    {
        if (text.Length == 0) row.AppendNullValue();
        else row.AppendValue(text);
    }
}
