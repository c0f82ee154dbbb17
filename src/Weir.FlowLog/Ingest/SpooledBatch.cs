using System.Globalization;
using Weir.FlowLog.Store;

namespace Weir.FlowLog.Ingest;

/// <summary>A batch that waits on the node's disk; all but its rows stands in the file's name.</summary>
/// <param name="Mark">Its place among the node's batches.</param>
/// <param name="Rows">How many flows.</param>
/// <param name="Bytes">The file's size.</param>
internal sealed record SpooledBatch(HighWater Mark, int Rows, long Bytes)
{
    /// <summary>How its files end.</summary>
    public const string Extension = ".batch";

    /// <summary>The file's name.</summary>
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Mark.Epoch:D20}-{Mark.Sequence:D20}-{Rows}{Extension}");

    /// <summary>Reads a file's name; null when it is another's.</summary>
    public static SpooledBatch? Of(FileInfo file)
    {
        var parts = Path.GetFileNameWithoutExtension(file.Name).Split('-');
        return parts.Length == 3 && Number(parts[0], out var epoch) && Number(parts[1], out var sequence) && Number(parts[2], out var rows) && rows <= int.MaxValue
            ? new SpooledBatch(new HighWater(epoch, sequence), (int)rows, file.Length)
            : null;
    }

    private static bool Number(string text, out ulong number) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
