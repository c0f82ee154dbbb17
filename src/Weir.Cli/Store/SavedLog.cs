using System.Globalization;
using Google.Protobuf;
using Weir.Model;
using Weir.Observe.Hubble;
using Weir.Observe.Wire.Observers;

namespace Weir.Cli.Store;

/// <summary>A saved <c>events.log</c>: the flows of its lines.</summary>
internal static class SavedLog
{
    private static readonly JsonParser _parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Reads the flows of a file, in its order; lines that tell of something else are passed over.</summary>
    /// <exception cref="InvalidDataException">A line is no ExportEvent; the message names the line.</exception>
    public static IEnumerable<Flow> Read(string file)
    {
        long number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line) && Parse(line, file, number) is { } flow) yield return flow;
        }
    }

    private static Flow? Parse(string line, string file, long number)
    {
        ExportEvent saved;
        try
        {
            saved = _parser.Parse<ExportEvent>(line);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new InvalidDataException($"{file}, line {number}: expected is a line of Hubble's exporter, {{\"flow\":{{...}},\"node_name\":...,\"time\":...}}: {e.Message}", e);
        }

        if (saved.Flow is not { } message) return null;
        var flow = MessageFlow.Of(message);
        flow.NodeName = message.NodeName.Length > 0 ? message.NodeName : saved.NodeName.Length > 0 ? saved.NodeName : "unknown";
        flow.Sequence = SequenceOf(message.Uuid, flow.NodeName) ?? number;
        if (message.Time is null && saved.Time is { } time) flow.TimeNanoseconds = (time.Seconds * 1_000_000_000) + time.Nanos;
        return flow.TimeNanoseconds > 0 ? flow : throw new InvalidDataException($"{file}, line {number}: the flow has no time.");
    }

    // A UUID of Weir's own says which number the flow had on its node; imported with it, the flow keeps its UUID.
    private static long? SequenceOf(string uuid, string node)
    {
        const ulong kept = 0x3fff_ffff_ffff_ffff;
        if (!Guid.TryParse(uuid, out var id) || id.Version != 8) return null;
        var low = ulong.Parse(id.ToString("N").AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var number = (low ^ ((ulong)FlowUuid.NodeHash(node) << 32)) & kept;
        return number <= uint.MaxValue ? (long)number : null;
    }
}
