using System.Text.Json;
using System.Xml.Linq;
using Weir.Unit.Architecture;
using Weir.Unit.Lab;
using Xunit;

namespace Weir.Unit.Cli;

public sealed class PolicyCommandTests
{
    private static readonly string Workloads = WeirCommand.Sample("workloads.yaml");
    private static readonly string Policies = WeirCommand.Sample("policies.yaml");
    private static readonly string Next = WeirCommand.Sample("policies-next.yaml");

    [Theory]
    [InlineData("there is no file /nowhere.yaml.", "check", "/nowhere.yaml")]
    [InlineData("there is no file /nowhere.yaml.", "test", "/nowhere.yaml")]
    [InlineData("there is no file /nowhere.yaml.", "check", "{samples}/policies.yaml", "--endpoints", "/nowhere.yaml")]
    [InlineData("there is no option --strickt, and no file of that name.", "check", "--strickt")]
    [InlineData("has bytes that are not UTF-8.", "check", "{binary}")]
    [InlineData("has no file that ends in .yaml, .yml, .json.", "check", "{empty}")]
    [InlineData("Required argument 'FILE' missing", "check")]
    [InlineData("'xml' not recognized. Must be one of: 'text', 'json', 'sarif'. See 'weir policy check --help'.", "check", "a.yaml", "-o", "xml")]
    [InlineData("Option '--port' is required.", "explain", "--from", "a", "--to", "b")]
    [InlineData("'http' is no port: expected a number and a protocol", "explain", "--from", "web", "--to", "api", "--port", "http", "-f", "{samples}/workloads.yaml")]
    [InlineData("--http: 'GET' is no request", "explain", "--from", "web", "--to", "api", "--port", "80", "--http", "GET")]
    [InlineData("give one of --http and --dns.", "explain", "--from", "web", "--to", "api", "--port", "80", "--http", "GET /", "--dns", "a.b")]
    [InlineData("there is no cluster at unix:/nowhere.sock.", "explain", "--from", "web", "--to", "api", "--port", "80", "--api", "unix:/nowhere.sock")]
    [InlineData("'nowhere' is no address of an API server", "matrix", "--api", "nowhere")]
    [InlineData("give one of them.", "test", "{samples}/shop-test.yaml", "--batch", "--junit", "/tmp/x.xml")]
    [InlineData("--junit: /nowhere/x.xml cannot be written", "test", "{samples}/shop-test.yaml", "--junit", "/nowhere/x.xml")]
    [InlineData("--diff", "matrix", "--diff", "a.yaml")]
    public async Task What_cannot_be_done_as_typed_gives_one_sentence_and_exit_code_2(string sentence, params string[] arguments)
    {
        using var scratch = new Scratch();
        var (code, _, error) = await WeirCommand.PolicyAsync([.. arguments.Select(a => scratch.Fill(a))]);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.StartsWith($"weir policy {arguments[0]}: ", error, StringComparison.Ordinal);
        Assert.Equal(2, code);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("test")]
    [InlineData("explain")]
    [InlineData("matrix")]
    public async Task The_help_of_every_command_has_an_example(string command)
    {
        var (code, output, error) = await WeirCommand.PolicyAsync(command, "--help");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"Examples:\n  weir policy {command} ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_stands_for_its_manifests()
    {
        var (code, output, _) = await WeirCommand.PolicyAsync("check", WeirCommand.Sample(""), "-n", "shop", "-o", "json");
        var files = JsonDocument.Parse(output).RootElement.GetProperty("findings").EnumerateArray().Select(f => Path.GetFileName(f.GetProperty("file").GetString())).ToHashSet();
        Assert.Equal(1, code);
        Assert.Superset(new HashSet<string?> { "slips.yaml", "policies.yaml" }, files);
    }

    [Fact]
    public async Task Warnings_fail_a_strict_check_only()
    {
        string[] both = ["check", Policies, Next];
        Assert.Equal(0, (await WeirCommand.PolicyAsync(both)).ExitCode);
        Assert.Equal(1, (await WeirCommand.PolicyAsync([.. both, "--strict"])).ExitCode);
    }

    [Fact]
    public async Task Findings_are_written_as_sarif()
    {
        var (_, output, _) = await WeirCommand.PolicyAsync("check", WeirCommand.Sample("slips.yaml"), "-n", "shop", "-o", "sarif");
        var results = JsonDocument.Parse(output).RootElement.GetProperty("runs")[0].GetProperty("results");
        Assert.Equal("WP001", results[0].GetProperty("ruleId").GetString());
    }

    [Fact]
    public async Task Lists_from_kubectl_are_read_from_standard_input()
    {
        var list = """{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"cilium.io/v2","kind":"CiliumNetworkPolicy","metadata":{"name":"a"},"spec":{"endpointSelector":{},"ingress":[]}}]}""";
        var (code, output, _) = await WeirProcess.RunAsync(Repository.Root, ["policy", "check", "-"], TestContext.Current.CancellationToken, list);
        Assert.StartsWith("-:1: error WP001 a spec", output, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task A_failed_test_shows_the_rule_that_decided_and_reaches_the_junit_file()
    {
        using var scratch = new Scratch();
        var test = Path.Combine(scratch.Folder, "t.yaml");
        await File.WriteAllTextAsync(
            test, (await File.ReadAllTextAsync(WeirCommand.Sample("shop-test.yaml"), TestContext.Current.CancellationToken))
                .Replace("policies-next.yaml", Policies, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var junit = Path.Combine(scratch.Folder, "r.xml");
        var (code, output, _) = await WeirCommand.PolicyAsync("test", test, "--junit", junit);
        Assert.Equal(1, code);
        Assert.Contains("web -> api 3002/tcp\n  GET /items/1: expected allow, found deny; egress: no rule allows it; default deny by CiliumNetworkPolicy shop/web", output, StringComparison.Ordinal);
        Assert.EndsWith("5 passed, 1 failed\n", output, StringComparison.Ordinal);
        Assert.Equal("1", XDocument.Load(junit).Root!.Attribute("failures")!.Value);
    }

    [Fact]
    public async Task A_batch_answers_each_case_on_a_line()
    {
        var (code, output, _) = await WeirCommand.PolicyAsync("test", WeirCommand.Sample("shop-test.yaml"), "--batch");
        var verdicts = output.TrimEnd().Split('\n').Select(l => JsonDocument.Parse(l).RootElement).Select(r => r.TryGetProperty("verdict", out var v) ? v.GetString() : r.GetProperty("accepted").GetRawText());
        Assert.Equal(0, code);
        Assert.Equal(["allow", "redirect", "redirect", "allow", "deny", "false"], verdicts);
    }

    [Fact]
    public async Task An_answer_without_an_invalid_policy_says_so()
    {
        var (code, output, error) = await WeirCommand.PolicyAsync(
            "explain", "-f", WeirCommand.Sample("slips.yaml"), Workloads, "-n", "shop", "--from", "web", "--to", "db", "--port", "5432/tcp");
        Assert.Equal(1, code);
        Assert.Contains("slips.yaml:6:", error, StringComparison.Ordinal);
        Assert.StartsWith("web -> db 5432/tcp: allow\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_are_written_as_json()
    {
        var (code, output, _) = await WeirCommand.PolicyAsync("matrix", "-n", "shop", "-f", Workloads, "--diff", Policies, Next, "-o", "json");
        Assert.Equal(0, code);
        Assert.Equal("""{"changes":[{"from":"shop/web","to":"shop/api","protocol":"TCP","port":3002,"before":"deny","after":"redirect"}]}""" + "\n", output);
    }

    [Fact]
    public async Task Without_files_the_cluster_is_asked()
    {
        await using var server = await LabServer.StartAsync();
        await server.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"shop","labels":{"team":"a"}}}""");
        foreach (var app in new[] { "web", "api" })
            await server.CreateAsync("/api/v1/namespaces/shop/pods", $$$"""{"metadata":{"name":"{{{app}}}","labels":{"app":"{{{app}}}"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        await server.CreateAsync("/apis/cilium.io/v2/ciliumcidrgroups", """{"metadata":{"name":"offices"},"spec":{"externalCIDRs":["203.0.113.0/24"]}}""");
        await server.CreateAsync(
            "/apis/cilium.io/v2/namespaces/shop/ciliumnetworkpolicies",
            """{"metadata":{"name":"api"},"spec":{"endpointSelector":{"matchLabels":{"app":"api"}},"ingress":[{"fromCIDRSet":[{"cidrGroupRef":"offices"}]}]}}""");

        var (code, output, error) = await WeirCommand.PolicyAsync("explain", "--api", server.Address, "-n", "shop", "--from", "web", "--to", "api", "--port", "80/tcp");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("ingress: deny: no rule allows it; default deny by CiliumNetworkPolicy shop/api\n", output, StringComparison.Ordinal);
        var office = await WeirCommand.PolicyAsync("explain", "--api", server.Address, "-n", "shop", "--from", "203.0.113.9", "--to", "api", "--port", "80/tcp");
        Assert.StartsWith("203.0.113.9 -> api 80/tcp: allow\n", office.Output, StringComparison.Ordinal);
        var check = await WeirCommand.PolicyAsync("check", WeirCommand.Sample("slips.yaml"), "--api", server.Address, "-n", "shop", "-o", "json");
        Assert.Contains("No pod that is known in namespace shop has app=database", check.Output, StringComparison.Ordinal);
        var matrix = await WeirCommand.PolicyAsync("matrix", "--api", server.Address, "-n", "shop", "-o", "json");
        Assert.Contains("""{"from":"shop/web","to":"shop/api","protocol":"TCP","port":0,"verdict":"deny"}""", matrix.Output, StringComparison.Ordinal);
    }

    private sealed class Scratch : IDisposable
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("weir-policy-").FullName;

        public string Fill(string argument)
        {
            if (argument == "{binary}") File.WriteAllBytes(Path.Combine(Folder, "binary"), [0xff, 0xfe, 0x80, 0x00]);
            return argument.Replace("{samples}", WeirCommand.Sample("").TrimEnd('/'), StringComparison.Ordinal)
                .Replace("{binary}", Path.Combine(Folder, "binary"), StringComparison.Ordinal)
                .Replace("{empty}", Folder, StringComparison.Ordinal);
        }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
