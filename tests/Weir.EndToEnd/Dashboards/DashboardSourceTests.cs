using System.Diagnostics;
using System.Text.Json.Nodes;
using Xunit;

namespace Weir.EndToEnd.Dashboards;

/// <summary>The dashboards' files are what their source says now, and have the schema of Grafana's own types. With the real compiler and a real node.</summary>
[Collection(OneAtATime.Name)]
public sealed class DashboardSourceTests : IDisposable
{
    private static readonly string _folder = Path.Combine(Built.Repository, "deploy/dashboards");
    private static readonly string _source = Path.Combine(_folder, "source");
    private readonly DirectoryInfo _made = Directory.CreateTempSubdirectory("weir-dashboards-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _made.Delete(recursive: true);

    [Fact]
    public async Task The_files_are_what_the_source_makes_and_have_Grafanas_schema()
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(_source, "node_modules/@grafana")), "What the source is compiled with is not there: npm or its registry could not be reached.");
        await RunAsync(0, Path.Combine(_source, "node_modules/typescript/bin/tsc"), "--project", _source);
        await RunAsync(0, Path.Combine(_source, "dist/generate.js"), _made.FullName);
        Assert.Equal(NamesIn(_made.FullName), NamesIn(_folder));
        foreach (var name in NamesIn(_folder))
            Assert.True(await TextAsync(_made.FullName, name) == await TextAsync(_folder, name), $"deploy/dashboards/{name} is not what its source makes: run 'npm run generate' in deploy/dashboards/source.");
        await RunAsync(0, Path.Combine(_source, "dist/check.js"), _folder);

        // A check that accepts everything would pass as well.
        var spoilt = JsonNode.Parse(await TextAsync(_folder, "clusters.json"))!;
        spoilt["panels"]![1]!["options"]!["nonsense"] = 1;
        await File.WriteAllTextAsync(Path.Combine(_made.FullName, "clusters.json"), spoilt.ToJsonString(), Stop);
        Assert.Contains("clusters.json/panels/1/options: must NOT have additional properties", await RunAsync(1, Path.Combine(_source, "dist/check.js"), _made.FullName), StringComparison.Ordinal);
    }

    private static IEnumerable<string> NamesIn(string folder) => Directory.GetFiles(folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    private static Task<string> TextAsync(string folder, string name) => File.ReadAllTextAsync(Path.Combine(folder, name), Stop);

    private static async Task<string> RunAsync(int expected, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        var said = await output + await errors;
        Assert.True(process.ExitCode == expected, said);
        return said;
    }
}
