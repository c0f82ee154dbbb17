namespace Weir.Lab.Pods;

/// <summary>A program in a container with its streams: one that was started there, or the container's own. Dispose ends or leaves it.</summary>
public abstract class ContainerSession : IAsyncDisposable
{
    /// <summary>Its standard input; null takes none.</summary>
    public abstract Stream? Input { get; }

    /// <summary>Its standard output; under a terminal both outputs.</summary>
    public abstract Stream Output { get; }

    /// <summary>Its standard error; null or empty under a terminal.</summary>
    public abstract Stream? Error { get; }

    /// <summary>Tells it that there is no more input.</summary>
    public virtual void CloseInput() => Input?.Dispose();

    /// <summary>Tells it how large its terminal is; nothing happens without one.</summary>
    /// <param name="columns">Characters across.</param>
    /// <param name="rows">Lines.</param>
    public virtual void Resize(int columns, int rows)
    {
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code; 128 and the signal's number when a signal ended it.</returns>
    public abstract Task<int> WaitAsync(CancellationToken cancellation);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
