using System.Diagnostics;
using Weir.Linux;

namespace Weir.Lab.Pods;

/// <summary>A command that runs in a container. Dispose kills it if it still runs.</summary>
public sealed class PodExec : ContainerSession
{
    private readonly Process _process;
    private readonly PseudoTerminal? _terminal;
    private readonly string _folder;

    /// <summary>Takes over a started <c>runc exec</c>.</summary>
    /// <param name="process">runc.</param>
    /// <param name="terminal">Its terminal; null for three pipes.</param>
    /// <param name="folder">Where runc writes what it has to say and the command's process id; goes with this.</param>
    internal PodExec(Process process, PseudoTerminal? terminal, string folder)
    {
        (_process, _terminal, _folder) = (process, terminal, folder);
        Output = terminal is null ? process.StandardOutput.BaseStream : new TerminalOutput(terminal.Stream);
    }

    /// <inheritdoc/>
    public override Stream Input => _terminal is null ? _process.StandardInput.BaseStream : _terminal.Stream;

    /// <inheritdoc/>
    public override Stream Output { get; }

    /// <summary>Its standard error; empty under a terminal.</summary>
    public override Stream Error => _terminal is null ? _process.StandardError.BaseStream : Stream.Null;

    /// <inheritdoc/>
    public override void CloseInput()
    {
        // A terminal has one descriptor for both ways: its end of input is a character.
        const byte endOfTransmission = 4;
        if (_terminal is null) Input.Dispose();
        else if (!_process.HasExited) _terminal.Stream.WriteByte(endOfTransmission);
    }

    /// <inheritdoc/>
    public override void Resize(int columns, int rows) => _terminal?.Resize(columns, rows);

    /// <inheritdoc/>
    public override async Task<int> WaitAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        const int runcsOwn = 255;
        if (_process.ExitCode != runcsOwn || !File.Exists(LogPath(_folder))) return _process.ExitCode;

        // 255 is also what runc says for a command that it could not start; shells tell the two reasons apart as 127 and 126.
        var said = await File.ReadAllTextAsync(LogPath(_folder), cancellation);
        if (said.Contains("executable file not found", StringComparison.Ordinal) || said.Contains("no such file", StringComparison.Ordinal)) return 127;
        return said.Contains("permission denied", StringComparison.Ordinal) ? 126 : _process.ExitCode;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // Not runc alone: what it started in the container would go on.
            if (File.Exists(PidPath(_folder)) && int.TryParse(await File.ReadAllTextAsync(PidPath(_folder)), CultureInfo.InvariantCulture, out var pid))
                ProcessLife.Signal(pid, ProcessLife.SigKill);
            else _process.Kill();
            await EndRuncAsync();
        }

        _process.Dispose();
        _terminal?.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    /// <summary>runc copies streams until every process of the command has closed them, also one that outlives the command.</summary>
    private async Task EndRuncAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    internal static string LogPath(string folder) => Path.Combine(folder, "runc.log");

    internal static string PidPath(string folder) => Path.Combine(folder, "pid");
}
