using System.Text;
using Weir.Linux;
using Xunit;

namespace Weir.Kernel.Lab;

/// <summary>The stock command line's logs, exec, attach, cp, run and port-forward against pods in runc.</summary>
public sealed class KubectlStreamTests(KubectlLab lab) : IClassFixture<KubectlLab>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_command_runs_with_its_streams_and_its_exit_code(bool spdy)
    {
        lab.UseSpdy = spdy;

        Assert.Equal((3, "out\n", "err\ncommand terminated with exit code 3\n"), await lab.RunAsync(null, "exec", "shell", "--", "sh", "-c", "echo out; echo err >&2; exit 3"));
        Assert.Equal((0, "abc\n", ""), await lab.RunAsync("abc\n", "exec", "-i", "shell", "--", "cat"));
        var (code, _, error) = await lab.RunAsync(null, "exec", "shell", "--", "nosuchcmd");
        Assert.Equal(127, code);
        Assert.Contains("\"nosuchcmd\": executable file not found in $PATH", error, StringComparison.Ordinal);
        Assert.Contains("container nope is not valid for pod shell", (await lab.RunAsync(null, "exec", "shell", "-c", "nope", "--", "true")).Error, StringComparison.Ordinal);
        var big = new string('x', 300_000);
        Assert.Equal((0, big, ""), await lab.RunAsync(big, "exec", "-i", "shell", "--", "cat"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_shell_on_a_terminal_knows_its_size(bool spdy)
    {
        lab.UseSpdy = spdy;
        using var terminal = PseudoTerminal.Open();
        terminal.Resize(101, 37);
        using var kubectl = lab.StartOn(terminal, "exec", "-it", "shell", "--", "sh");

        Assert.Contains("# ", await ReadUntilAsync(terminal, "# "), StringComparison.Ordinal);

        // The shell may be faster than the news of its size.
        await terminal.Stream.WriteAsync("until stty size 2> /dev/null; do :; done; tty; exit 4\n"u8.ToArray(), Stop);
        var said = await ReadUntilAsync(terminal, "/dev/pts/0");
        await kubectl.WaitForExitAsync(Stop);

        Assert.Contains("37 101", said, StringComparison.Ordinal);
        Assert.Equal(4, kubectl.ExitCode);
    }

    [Fact]
    public async Task Logs_are_the_lines_that_are_asked_for()
    {
        const string all = "line 1\nline 2\nline 3\nline 4\nline 5\n";
        var whole = await lab.KubectlAsync("logs", "shell");
        Assert.Equal(all, whole.Replace("to-stderr\n", "", StringComparison.Ordinal));
        Assert.Equal(2, (await lab.KubectlAsync("logs", "shell", "--tail=2")).Count(c => c == '\n'));
        Assert.Equal("", await lab.KubectlAsync("logs", "shell", "--tail=0"));
        Assert.Equal(whole[..9], await lab.KubectlAsync("logs", "shell", "--limit-bytes=9"));
        Assert.Matches(@"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ", await lab.KubectlAsync("logs", "shell", "--timestamps"));
        Assert.Equal("", await lab.KubectlAsync("logs", "shell", "--since-time=2099-01-01T00:00:00Z"));
        Assert.Contains("container nope is not valid for pod shell", (await lab.RunAsync(null, "logs", "shell", "-c", "nope")).Error, StringComparison.Ordinal);
        Assert.Contains("previous terminated container \"shell\" in pod \"shell\" not found", (await lab.RunAsync(null, "logs", "shell", "-p")).Error, StringComparison.Ordinal);
        Assert.Equal(whole, await lab.KubectlAsync("logs", "-l", "app=shell"));
    }

    [Fact]
    public async Task Logs_follow_a_container_to_its_end()
    {
        await lab.KubectlAsync("run", "talker", "--image=busybox", "--restart=Never", "--command", "--", "sh", "-c", "echo one; sleep 1; printf two");
        await lab.KubectlAsync("wait", "pod/talker", "--for=jsonpath={.status.containerStatuses[0].state}", "--timeout=30s");
        await lab.Started.WaitForAsync("pods", "talker", p => p["status"]?["phase"]?.ToString() is "Running" or "Succeeded", "", TimeSpan.FromSeconds(30));

        Assert.Equal("one\ntwo", await lab.KubectlAsync("logs", "-f", "talker"));
    }

    [Fact]
    public async Task A_pod_is_run_attached_and_removed()
    {
        var (code, output, error) = await lab.RunAsync("hello\nexit 5\n", "run", "-i", "--rm", "tmp", "--image=busybox", "--restart=Never", "--", "sh", "-c", "while read a b; do echo got $a; test $a = exit && exit $b; done");

        Assert.Contains("got hello\n", output, StringComparison.Ordinal);
        Assert.Contains("pod \"tmp\" deleted", output + error, StringComparison.Ordinal);
        Assert.Equal(5, code);
    }

    [Fact]
    public async Task A_pod_is_run_on_a_terminal()
    {
        using var terminal = PseudoTerminal.Open();
        using var kubectl = lab.StartOn(terminal, "run", "-it", "--rm", "tmp-tty", "--image=busybox", "--restart=Never", "--", "sh");

        await ReadUntilAsync(terminal, "try pressing enter");
        await terminal.Stream.WriteAsync("echo a$((1+1))b\n"u8.ToArray(), Stop);
        await ReadUntilAsync(terminal, "a2b");
        await terminal.Stream.WriteAsync("exit\n"u8.ToArray(), Stop);
        await ReadUntilAsync(terminal, "deleted");
        await kubectl.WaitForExitAsync(Stop);
        Assert.Equal(0, kubectl.ExitCode);
    }

    [Fact]
    public async Task Files_are_copied_both_ways()
    {
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i}\n"));
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "there.txt"), text, Stop);

        await lab.KubectlAsync("cp", "there.txt", "shell:/tmp/copied.txt");
        await lab.KubectlAsync("cp", "shell:/tmp/copied.txt", "back.txt");

        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(lab.Folder, "back.txt"), Stop));
    }

    [Theory]
    [InlineData("pod/web", "3002", false)]
    [InlineData("pod/web", "3002", true)]
    [InlineData("svc/web", "80", false)]
    public async Task A_port_is_forwarded(string what, string port, bool spdy)
    {
        lab.UseSpdy = spdy;
        using var kubectl = lab.Start("port-forward", what, $":{port}");
        try
        {
            // "Forwarding from 127.0.0.1:41234 -> 3002"
            var line = await kubectl.StandardOutput.ReadLineAsync(Stop);
            Assert.NotNull(line);
            var local = line.Split(' ')[2];
            using var client = new HttpClient();
            for (var i = 0; i < 3; i++)
                Assert.Contains("Feather wand", await client.GetStringAsync(new Uri($"http://{local}/"), Stop), StringComparison.Ordinal);
        }
        finally
        {
            kubectl.Kill();
            await kubectl.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_named()
    {
        lab.UseSpdy = false;
        using var kubectl = lab.Start("port-forward", "pod/web", ":81");
        var local = (await kubectl.StandardOutput.ReadLineAsync(Stop))!.Split(' ')[2];
        using var client = new HttpClient();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetStringAsync(new Uri($"http://{local}/"), Stop));
        kubectl.Kill();
        Assert.Contains("failed to connect to localhost:81 inside its network namespace: connection refused", await kubectl.StandardError.ReadToEndAsync(Stop), StringComparison.Ordinal);
        await kubectl.WaitForExitAsync(CancellationToken.None);
    }

    private static async Task<string> ReadUntilAsync(PseudoTerminal terminal, string text)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        while (!seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            var reading = terminal.Stream.ReadAsync(buffer, CancellationToken.None).AsTask();
            try
            {
                seen.Append(Encoding.UTF8.GetString(buffer, 0, await reading.WaitAsync(limit.Token)));
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                Assert.Fail($"never saw '{text}' in: {seen}");
            }
        }

        return seen.ToString();
    }
}
