using System.Diagnostics;
using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using Weir.Lab.Processes;

namespace Weir.Lab.Pods;

/// <summary>One run of a container, with a keeper beside it: a shell in a session of its own that outlives the lab's process.</summary>
/// <remarks>
/// The keeper waits for runc and writes down how it ended. It also holds the far ends of the output's pipes open, so that a container that
/// prints while no lab runs waits for a reader and is not killed; the next lab opens them by way of <c>/proc</c> and loses nothing.
/// </remarks>
internal sealed class KeptContainer : IAsyncDisposable
{
    // $0 is the folder, $1 the container, the rest the command. runc must not inherit the reading ends.
    private const string Keeper =
        """exec 3</proc/self/fd/1 4</proc/self/fd/2; id=$1; shift; echo "$$ $id" >"$0/keeper.new"; mv "$0/keeper.new" "$0/keeper"; "$@" 3<&- 4<&-; echo $? >"$0/exit.new"; mv "$0/exit.new" "$0/exit" """;

    private const int Killed = 137;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);
    private readonly NodeKit _kit;
    private readonly string _folder;
    private readonly Process _process;
    private readonly Stream _output;
    private readonly Stream _error;

    private KeptContainer(NodeKit kit, string folder, string id, Process process, Stream output, Stream error, DateTimeOffset startedAt) =>
        (_kit, _folder, Id, _process, _output, _error, StartedAt) = (kit, folder, id, process, output, error, startedAt);

    /// <summary>runc's name for it.</summary>
    public string Id { get; }

    /// <summary>Since when it runs.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Starts what the folder's bundle says.</summary>
    /// <param name="kit">The node's.</param>
    /// <param name="folder">The bundle's folder.</param>
    /// <param name="id">runc's name for it.</param>
    /// <param name="terminal">The file of a terminal for it; null for pipes. A terminal ends with the lab, and the container with it.</param>
    /// <param name="takesInput">Whether its input stays open, as long as the lab's process lives.</param>
    public static async Task<KeptContainer> StartAsync(NodeKit kit, string folder, string id, string? terminal, bool takesInput)
    {
        foreach (var stale in (string[])[Path.Combine(folder, "exit"), PodExec.LogPath(folder), PodExec.PidPath(folder)]) File.Delete(stale);
        IReadOnlyList<string> runc =
            ["runc", "--root", kit.RuncFolder, "--log", PodExec.LogPath(folder), "run", "--pid-file", PodExec.PidPath(folder), "--bundle", folder, id];
        var process = await kit.Starter.StartKeeperAsync(
            ["setsid", "sh", "-c", Keeper, folder, id, .. terminal is null ? runc : TerminalStart.Command(terminal, runc)]);
        if (!takesInput) process.StandardInput.Close();
        return new KeptContainer(kit, folder, id, process, process.StandardOutput.BaseStream, process.StandardError.BaseStream, kit.Time.GetUtcNow())
        {
            Input = takesInput ? process.StandardInput.BaseStream : null,
        };
    }

    /// <summary>What an earlier lab left running in a folder, or how it ended since; both null when there was nothing.</summary>
    public static async Task<(KeptContainer? Running, KeptEnd? End)> FindAsync(NodeKit kit, string folder)
    {
        if (Read(folder) is not var (pid, id, startedAt)) return (null, null);
        if (TryOpen(kit, folder, pid, id, startedAt) is { } running) return (running, null);
        if (!File.Exists(Path.Combine(folder, "exit"))) await DeleteAsync(kit, id); // somebody killed its keeper
        return (null, EndOf(folder, id, startedAt, kit.Time));
    }

    /// <summary>Takes away whatever of a folder's container there still is.</summary>
    public static async Task RemoveAsync(NodeKit kit, string folder)
    {
        if (Read(folder) is not var (pid, id, startedAt)) return;
        await DeleteAsync(kit, id);
        if (TryOpen(kit, folder, pid, id, startedAt) is not { } running) return;
        await using (running) await running._process.WaitForExitAsync(CancellationToken.None); // with its container a keeper ends
    }

    /// <summary>Its standard input; null where it takes none, or was taken over.</summary>
    public Stream? Input { get; private init; }

    /// <summary>Copies what it prints, until it ends.</summary>
    public Task CopyAsync(ContainerStreams streams) => Task.WhenAll(streams.CopyAsync("stdout", _output), streams.CopyAsync("stderr", _error));

    /// <summary>Waits until runc has made it, or could not: before, nothing can be run beside it.</summary>
    public async Task MadeAsync()
    {
        while (!_process.HasExited && !File.Exists(PodExec.PidPath(_folder))) await Task.Delay(s_look, _kit.Time, CancellationToken.None);
    }

    /// <summary>Waits for its end.</summary>
    public Task EndingAsync() => _process.WaitForExitAsync(CancellationToken.None);

    /// <summary>How it ended.</summary>
    public KeptEnd End() => EndOf(_folder, Id, StartedAt, _kit.Time);

    public async ValueTask DisposeAsync()
    {
        _process.Dispose();
        await _output.DisposeAsync();
        await _error.DisposeAsync();
    }

    /// <summary>Stops it.</summary>
    /// <param name="grace">How long it may take to stop by itself.</param>
    public async Task StopAsync(TimeSpan grace)
    {
        // A container's first process ignores the signal unless it has a handler: the second is not asked.
        await SignalAsync("TERM");
        using var patience = new CancellationTokenSource(grace > TimeSpan.Zero ? grace : TimeSpan.FromMilliseconds(1), _kit.Time);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await SignalAsync("KILL");
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private Task<ToolResult> SignalAsync(string signal) => ToolRun.RunAsync("runc", ["--root", _kit.RuncFolder, "kill", Id, signal], CancellationToken.None);

    private static Task<ToolResult> DeleteAsync(NodeKit kit, string id) => ToolRun.RunAsync("runc", ["--root", kit.RuncFolder, "delete", "--force", id], CancellationToken.None);

    private static (int Pid, string Id, DateTimeOffset StartedAt)? Read(string folder)
    {
        var path = Path.Combine(folder, "keeper");
        if (!File.Exists(path) || File.ReadAllText(path).TrimEnd().Split(' ') is not [var pidText, var id]) return null;
        return int.TryParse(pidText, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? (pid, id, File.GetLastWriteTimeUtc(path)) : null;
    }

    private static KeptContainer? TryOpen(NodeKit kit, string folder, int pid, string id, DateTimeOffset startedAt)
    {
        try
        {
            // The id of a process comes again; a keeper's command line names its container.
            if (!File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline")).Contains($"\0{id}\0", StringComparison.Ordinal)) return null;
            return new KeptContainer(kit, folder, id, Process.GetProcessById(pid), Pipe(pid, 1), Pipe(pid, 2), startedAt);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // it ended just now
        }
    }

    /// <summary>Another reading end of a pipe that a process writes to.</summary>
    private static AnonymousPipeClientStream Pipe(int pid, int descriptor)
    {
        var file = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/fd/{descriptor}"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var pipe = new SafePipeHandle(file.DangerousGetHandle(), ownsHandle: true);
        file.SetHandleAsInvalid();
        return new AnonymousPipeClientStream(PipeDirection.In, pipe);
    }

    private static KeptEnd EndOf(string folder, string id, DateTimeOffset startedAt, TimeProvider time)
    {
        var path = Path.Combine(folder, "exit");
        if (!File.Exists(path)) return new KeptEnd(id, new ContainerEnd(Killed, startedAt, time.GetUtcNow()));
        var code = int.TryParse(File.ReadAllText(path), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var read) ? read : Killed;
        return new KeptEnd(id, new ContainerEnd(code, startedAt, File.GetLastWriteTimeUtc(path)));
    }
}

/// <summary>How a run ended.</summary>
/// <param name="Id">runc's name for it.</param>
/// <param name="End">Its code and times.</param>
internal sealed record KeptEnd(string Id, ContainerEnd End);
