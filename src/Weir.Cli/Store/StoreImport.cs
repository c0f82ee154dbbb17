using System.Security.Cryptography;
using Google.Protobuf;
using Weir.FlowLog.Ingest;
using Weir.FlowLog.Store;
using Weir.FlowLog.Wire;

namespace Weir.Cli.Store;

/// <summary>Brings saved <c>events.log</c> files to whatever takes batches. A file that came before is known by its content, and comes once.</summary>
internal static class StoreImport
{
    private const int FlowsOfBatch = 4096;

    /// <summary>Imports a file.</summary>
    /// <param name="append">Takes a batch; completes when it is safe, or refused.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How many flows it has.</returns>
    /// <exception cref="InvalidDataException">A line is no flow; what stands before it may have been stored, and comes once all the same.</exception>
    /// <exception cref="IOException">The file cannot be read, or the store refuses.</exception>
    public static async Task<long> RunAsync(Func<Batch, CancellationToken, Task<IngestOutcome>> append, string file, CancellationToken cancellation)
    {
        // Looked through before anything is stored: a broken file is mended and imported whole.
        var count = SavedLog.Read(file).LongCount();
        await using var content = File.OpenRead(file);
        var source = "import:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation))[..32];
        var encoders = new SortedDictionary<string, RowEncoder>(StringComparer.Ordinal);
        ulong sequence = 0;
        foreach (var flow in SavedLog.Read(file))
        {
            if (!encoders.TryGetValue(flow.NodeName, out var rows)) encoders[flow.NodeName] = rows = new RowEncoder();
            rows.Add(flow);
            if (rows.Count >= FlowsOfBatch) await AppendAsync(append, flow.NodeName, source, ++sequence, rows, cancellation);
        }

        foreach (var (node, rows) in encoders)
            if (rows.Count > 0) await AppendAsync(append, node, source, ++sequence, rows, cancellation);
        return count;
    }

    private static async Task AppendAsync(
        Func<Batch, CancellationToken, Task<IngestOutcome>> append, string node, string source, ulong sequence, RowEncoder rows, CancellationToken cancellation)
    {
        var bytes = rows.Take();
        var batch = new Batch { Node = node, Source = source, Epoch = 1, Sequence = sequence, Checksum = Checksum.Of(bytes), Rows = UnsafeByteOperations.UnsafeWrap(bytes) };
        var outcome = await append(batch, cancellation);
        if (!outcome.IsSafe) throw new IOException(outcome.Refused);
    }
}
