using System.IO.Pipelines;
using Weir.Linux;

namespace Weir.Lab.Pods;

/// <summary>The streams of one run of a container: its output goes to its log and to whoever is attached.</summary>
/// <param name="log">Takes all output.</param>
/// <param name="spec">Says whether input ends with the first who was attached.</param>
/// <param name="input">Its standard input; null takes none.</param>
/// <param name="terminal">Its terminal; null without one.</param>
internal sealed class ContainerStreams(ContainerLog log, ContainerSpec spec, Stream? input, PseudoTerminal? terminal)
{
    private const int MostBytesBehind = 4 * 1024 * 1024;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Attached> _attached = [];

    /// <summary>Copies a stream until it ends.</summary>
    /// <param name="name">stdout or stderr.</param>
    /// <param name="from">The container's end.</param>
    public async Task CopyAsync(string name, Stream from)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            log.Write(name, buffer.AsSpan(0, read));
            lock (_lock)
            {
                foreach (var attached in _attached) attached.Take(name, buffer.AsSpan(0, read));
            }
        }
    }

    /// <summary>Attaches someone: from now on, for what was printed before is in the log.</summary>
    public ContainerSession Attach()
    {
        var session = new Attached(this);
        lock (_lock) _attached.Add(session);
        if (_ended.Task.IsCompleted) session.End();
        return session;
    }

    /// <summary>Says that the run is over.</summary>
    public void End(int exitCode)
    {
        _ended.TrySetResult(exitCode);
        lock (_lock)
        {
            foreach (var attached in _attached) attached.End();
        }
    }

    private sealed class Attached : ContainerSession
    {
        private readonly ContainerStreams _streams;
        private readonly Pipe _output = NewPipe();
        private readonly Pipe? _error;
        private readonly bool _hasTerminal;

        public Attached(ContainerStreams streams)
        {
            (_streams, _hasTerminal) = (streams, streams.Terminal is not null);
            Output = _output.Reader.AsStream();
            if (_hasTerminal) return;
            _error = NewPipe();
            Error = _error.Reader.AsStream();
        }

        public override Stream? Input => _streams.Input;

        public override Stream Output { get; }

        public override Stream? Error { get; }

        public override void CloseInput()
        {
            // Others may attach later, unless the pod says that one is enough.
            if (_streams.Spec.StdinOnce && !_hasTerminal) Input?.Dispose();
        }

        public override void Resize(int columns, int rows) => _streams.Terminal?.Resize(columns, rows);

        public override Task<int> WaitAsync(CancellationToken cancellation) => _streams._ended.Task.WaitAsync(cancellation);

        public override ValueTask DisposeAsync()
        {
            lock (_streams._lock) _streams._attached.Remove(this);
            End();
            return ValueTask.CompletedTask;
        }

        /// <summary>Takes output, under the lock. Who falls far behind is cut off: the container waits for nobody.</summary>
        public void Take(string name, ReadOnlySpan<byte> bytes)
        {
            var pipe = name == "stderr" && _error is not null ? _error : _output;
            bytes.CopyTo(pipe.Writer.GetSpan(bytes.Length));
            pipe.Writer.Advance(bytes.Length);
            if (!pipe.Writer.FlushAsync().AsTask().IsCompleted) End();
        }

        public void End()
        {
            _output.Writer.Complete();
            _error?.Writer.Complete();
        }

        private static Pipe NewPipe() => new(new PipeOptions(pauseWriterThreshold: MostBytesBehind, resumeWriterThreshold: MostBytesBehind / 2));
    }

    private Stream? Input => input;

    private PseudoTerminal? Terminal => terminal;

    private ContainerSpec Spec => spec;
}
