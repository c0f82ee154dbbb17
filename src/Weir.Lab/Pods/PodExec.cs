using System.Diagnostics;

namespace Weir.Lab.Pods;

/// <summary>A command that runs in a container. Dispose kills it if it still runs.</summary>
public sealed class PodExec : IAsyncDisposable
{
    private readonly Process _process;

    internal PodExec(Process process) => _process = process;

    /// <summary>Its standard input; close it when there is no more.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Its standard output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Its standard error.</summary>
    public Stream Error => _process.StandardError.BaseStream;

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code; 128 and the signal's number when a signal ended it.</returns>
    public async Task<int> WaitAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
