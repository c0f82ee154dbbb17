namespace Weir.FlowLog.Store.Hot;

/// <summary>How far the engine has come with the rows of an hour.</summary>
/// <param name="runs">The rows.</param>
internal sealed class HotCursor(IReadOnlyList<Run> runs)
{
    private int _run;
    private int _from;

    /// <summary>Fills a chunk.</summary>
    /// <returns>How many rows it has; 0 at the end.</returns>
    public int Fill(IReadOnlyList<HotColumn> columns, HotFunction to)
    {
        var at = 0;
        while (at < HotFunction.Size && _run < runs.Count)
        {
            var run = runs[_run];
            var piece = new Piece(run.Batch, run.From + _from, Math.Min(run.Count - _from, HotFunction.Size - at), at);
            for (var i = 0; i < columns.Count; i++) columns[i].Write(piece, to, i);
            (at, _from) = (at + piece.Count, _from + piece.Count);
            if (_from == run.Count) (_run, _from) = (_run + 1, 0);
        }

        return at;
    }
}
