namespace Weir.Proxy.Wires;

/// <summary>Passes bytes both ways without looking at them.</summary>
internal static class Tunnel
{
    /// <summary>Passes bytes until both sides have ended, or one fails: then both are reset.</summary>
    /// <param name="client">One side.</param>
    /// <param name="clientRead">What was read from it already and is passed first.</param>
    /// <param name="upstream">The other side.</param>
    /// <param name="upstreamRead">What was read from it already and is passed first.</param>
    /// <param name="moved">Called whenever bytes have passed.</param>
    public static async Task RunAsync(Wire client, WireBuffer clientRead, Wire upstream, WireBuffer upstreamRead, Action moved)
    {
        var there = PumpAsync(client, clientRead, upstream, moved);
        var back = PumpAsync(upstream, upstreamRead, client, moved);
        var first = await Task.WhenAny(there, back);
        var orderly = await first;
        if (!orderly) Reset(client, upstream);
        if (!await (first == there ? back : there)) Reset(client, upstream);
    }

    private static void Reset(Wire client, Wire upstream)
    {
        client.Abort();
        upstream.Abort();
    }

    private static async Task<bool> PumpAsync(Wire from, WireBuffer read, Wire to, Action moved)
    {
        try
        {
            while (true)
            {
                if (!read.Unread.IsEmpty)
                {
                    await to.WriteAsync(read.UnreadMemory);
                    read.Consume(read.Unread.Length);
                    moved();
                }

                var count = await from.ReadAsync(read.Room());
                if (count == 0)
                {
                    to.EndWrites();
                    return true;
                }

                read.Add(count);
            }
        }
        catch (Exception e) when (Wire.IsFault(e))
        {
            return false;
        }
    }
}
