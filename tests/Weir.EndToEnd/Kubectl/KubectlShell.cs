using System.Diagnostics;

namespace Weir.EndToEnd.Kubectl;

/// <summary>A shell with one client in its path, a home of its own, and a lab's kubeconfig.</summary>
internal sealed class KubectlShell : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _home;

    /// <summary>Prepares a folder with the manifests that the commands name.</summary>
    public KubectlShell(KubectlClient client, string kubeconfig)
    {
        _home = Directory.CreateTempSubdirectory("weir-kubectl-");
        File.CreateSymbolicLink(Path.Combine(_home.CreateSubdirectory("bin").FullName, "kubectl"), client.Path);
        File.Copy(kubeconfig, Path.Combine(_home.FullName, "kubeconfig"));
        foreach (var folder in (string[])["samples/pet-store", "samples/lab", "tests/Weir.EndToEnd/Kubectl/Manifests"])
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Built.Repository, folder), "*.yaml"))
                File.Copy(file, Path.Combine(_home.FullName, Path.GetFileName(file)));
        }
    }

    /// <summary>Runs a script to its end.</summary>
    public async Task<(int Code, string Output)> RunAsync(string script, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"{{ {script}\n}} 2>&1 </dev/null"])
        {
            RedirectStandardOutput = true, WorkingDirectory = _home.FullName,
        };
        start.Environment["PATH"] = $"{_home.FullName}/bin:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = _home.FullName;
        start.Environment["KUBECONFIG"] = Path.Combine(_home.FullName, "kubeconfig");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"not done after {_patience.TotalSeconds:0} s\n{await output}");
        }

        return (process.ExitCode, await output);
    }

    /// <inheritdoc/>
    public void Dispose() => _home.Delete(recursive: true);
}
