using Google.Protobuf;
using Weir.FlowLog.Store;
using Weir.FlowLog.Wire;

namespace Weir.FlowLog.Ingest;

/// <summary>A batch that a node sent, and what became of it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Outcome">Whether it is safe.</param>
/// <param name="Newest">The time of its last flow; null where it has none.</param>
public sealed record IngestedBatch(string Node, IngestOutcome Outcome, DateTimeOffset? Newest)
{
    internal static IngestedBatch Of(Batch batch, IngestOutcome outcome) => new(batch.Node, outcome, NewestIn(batch.Rows));

    /// <summary>The last of the times, without reading the rows: they are one field of eight bytes each.</summary>
    private static DateTimeOffset? NewestIn(ByteString rows)
    {
        using var input = rows.CreateCodedInput();
        var times = WireFormat.MakeTag(Rows.TimeFieldNumber, WireFormat.WireType.LengthDelimited);
        try
        {
            for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            {
                if (tag != times)
                {
                    input.SkipLastField();
                    continue;
                }

                var length = input.ReadLength();
                if (length < sizeof(long)) return null;
                var last = rows.Span.Slice((int)input.Position + length - sizeof(long), sizeof(long));
                return DateTimeOffset.UnixEpoch.AddTicks(System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(last) / 100);
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // The store refuses such a batch, and says so.
        }

        return null;
    }
}
