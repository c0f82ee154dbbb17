using Microsoft.AspNetCore.Http;
using Weir.Hub.Ui.Session;

namespace Weir.Hub.Ui.Flows;

/// <summary>An answer that goes on: lines of JSON, each when it is due.</summary>
internal static class LineStream
{
    /// <summary>Streams until the page goes, its session ends, or the source fails.</summary>
    /// <param name="context">The request.</param>
    /// <param name="gate">Tells whether the page's session still stands.</param>
    /// <param name="time">The clock.</param>
    /// <param name="pace">The shortest time between two lines.</param>
    /// <param name="heartbeat">The longest.</param>
    /// <param name="source">Fills what the lines are made of, until cancelled.</param>
    /// <param name="hasNews">Whether a line is worth sending before the heartbeat.</param>
    /// <param name="take">Makes the line.</param>
    public static async Task SendAsync(
        HttpContext context, UiGate gate, TimeProvider time, TimeSpan pace, TimeSpan heartbeat, Func<CancellationToken, Task> source, Func<bool> hasNews, Func<ReadOnlyMemory<byte>> take)
    {
        var hadSession = gate.SessionOf(context.Request) is not null;
        context.Response.ContentType = "application/x-ndjson; charset=utf-8";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy in between would hold lines back
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var filling = source(stop.Token);
        try
        {
            using var timer = new PeriodicTimer(pace, time);
            var sent = time.GetTimestamp();
            do
            {
                var isDue = time.GetElapsedTime(sent) >= heartbeat;
                if (filling.IsFaulted) break;
                if (!isDue && !hasNews()) continue;
                if (isDue && hadSession && gate.SessionOf(context.Request) is null) break;
                await context.Response.BodyWriter.WriteAsync(take(), stop.Token);
                sent = time.GetTimestamp();
            }
            while (await timer.WaitForNextTickAsync(stop.Token));
        }
        finally
        {
            await stop.CancelAsync();
            await filling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (filling.IsFaulted) await filling;
    }
}
