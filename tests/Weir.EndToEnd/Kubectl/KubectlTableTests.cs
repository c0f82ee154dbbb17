using Xunit;

namespace Weir.EndToEnd.Kubectl;

/// <summary>Every command of the table, with stock clients: a new one against real pods, an old one against simulated ones.</summary>
[Collection(OneAtATime.Name)]
public sealed class KubectlTableTests
{
    private const int OldestNew = 30;

    // A controller, an agent or a status writer has its turn within as many commands, each a tenth of a second or more.
    private const int MostTries = 50;

    private static readonly string _page = Path.Combine(Built.Repository, "docs/kubectl.md");
    private static readonly IReadOnlyList<KubectlLine> _lines =
        KubectlLine.ReadAll(File.ReadAllText(Path.Combine(Built.Repository, "tests/Weir.EndToEnd/Kubectl/commands.txt")));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_of_the_machine_does_what_the_table_says()
    {
        var client = await KubectlClient.InPathAsync();
        Assert.SkipWhen(client is null || client.Minor < OldestNew, "this machine has no kubectl of 1.30 or newer");
        Assert.SkipUnless(RealLab.Missing is null, RealLab.Missing ?? "");
        await CompareAsync(client!, 2, await TableLab.RealAsync(Stop));
    }

    [Fact]
    public async Task An_old_client_does_what_the_table_says()
    {
        var client = await KubectlClient.OldAsync();
        Assert.SkipWhen(client is null, "no old kubectl was fetched: eng/prepare.sh takes Debian's package kubernetes-client where apt has it");
        await CompareAsync(client!, 3, await TableLab.SimulatedAsync(Stop));
    }

    private static async Task CompareAsync(KubectlClient client, int column, TableLab lab)
    {
        await using var stopped = lab;
        var results = await RunAsync(client, lab);
        var before = File.Exists(_page) ? await File.ReadAllTextAsync(_page, Stop) : "";
        if (Environment.GetEnvironmentVariable("WEIR_WRITE_DOCS") == "1")
        {
            var other = KubectlTable.Read(before, 5 - column);
            var rows = _lines.Select((line, i) =>
            {
                var (mine, kept) = (results[i].Result, other.Count == _lines.Count ? other[i] : "?");
                return (line, column == 2 ? mine : kept, column == 2 ? kept : mine);
            });
            await File.WriteAllTextAsync(_page, KubectlTable.Write([.. rows]), Stop);
            return;
        }

        var written = KubectlTable.Read(before, column);
        Assert.True(written.Count == _lines.Count, "docs/kubectl.md has other commands than commands.txt: run this with WEIR_WRITE_DOCS=1");
        var wrong = results.Select((r, i) => (r, i)).Where(p => p.r.Result != written[p.i])
            .Select(p => $"{_lines[p.i].Shown}\n  the table says '{written[p.i]}', it is '{p.r.Result}'; printed:\n{p.r.Output}");
        Assert.True(!wrong.Any(), string.Join('\n', wrong));
    }

    private static async Task<List<(string Result, string Output)>> RunAsync(KubectlClient client, TableLab lab)
    {
        using var shell = new KubectlShell(client, lab.Kubeconfig);
        var results = new List<(string, string)>();
        foreach (var line in _lines)
        {
            if (client.Minor < line.OldestClient)
            {
                results.Add(("–", ""));
                continue;
            }

            if (line.NeedsRealPods && !lab.IsReal)
            {
                results.Add((KubectlTable.NeedsRealPods, ""));
                continue;
            }

            var (code, output) = await shell.RunAsync(line.Script, Stop);
            for (var again = 0; line.Settles && again < MostTries && !line.Holds(code, output); again++)
                (code, output) = await shell.RunAsync(line.Script, Stop);
            var holds = line.Holds(code, output);
            if (!holds) TestContext.Current.SendDiagnosticMessage("{0}\nexit {1}\n{2}", line.Shown, code, output);
            results.Add((KubectlTable.Result(line, holds), $"exit {code}\n{output}"));
        }

        return results;
    }
}
