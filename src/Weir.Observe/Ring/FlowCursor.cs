using Weir.Model;

namespace Weir.Observe.Ring;

/// <summary>One reader's place in a <see cref="FlowRing"/>. Not thread-safe; each reader has its own.</summary>
public sealed class FlowCursor(FlowRing ring, long start)
{
    /// <summary>The sequence number that is read next.</summary>
    public long Position { get; private set; } = start;

    /// <summary>Takes the next flow that is there.</summary>
    /// <param name="flow">The flow, on success.</param>
    /// <param name="sequence">Its number in the ring.</param>
    /// <param name="lost">How many flows were overwritten before this reader came to them, since its last call.</param>
    /// <returns>False when no newer flow is there yet; <paramref name="lost"/> counts even then.</returns>
    public bool TryNext(out Flow flow, out long sequence, out long lost)
    {
        lost = 0;
        while (Position < ring.Next)
        {
            sequence = Position;
            if (ring.TryRead(sequence, out flow))
            {
                Position++;
                return true;
            }

            // Overtaken. A little ahead of the oldest, or the writer would overtake again at once.
            var oldest = Math.Min(ring.Oldest + (ring.Capacity / 8) + 1, ring.Next);
            var resume = Math.Max(Position + 1, oldest);
            lost += resume - Position;
            Position = resume;
        }

        flow = default;
        sequence = 0;
        return false;
    }

    /// <summary>Completes when there is more to take.</summary>
    public Task WaitAsync(CancellationToken cancellation) => ring.WaitAsync(Position, cancellation);
}
