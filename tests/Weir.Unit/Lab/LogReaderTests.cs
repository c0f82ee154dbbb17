using System.IO.Pipelines;
using System.Text;
using Weir.Lab.Api.Streams;
using Weir.Lab.Pods;
using Xunit;

namespace Weir.Unit.Lab;

public sealed class LogReaderTests : IDisposable
{
    private static readonly LogQuery s_all = new(false, false, false, "", null, null);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-log-");
    private readonly ContainerLog _log;

    public LogReaderTests() => _log = new ContainerLog(Path.Combine(_folder.FullName, "log.0"), TimeProvider.System);

    public void Dispose()
    {
        _log.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Lines_come_back_as_they_were_printed_also_long_ones_and_one_without_an_end()
    {
        var text = $"first\n\n{new string('x', 40_000)}\nlast, no end";
        for (var i = 0; i < text.Length; i += 777) _log.Write("stdout", Encoding.UTF8.GetBytes(text[i..Math.Min(i + 777, text.Length)]));
        _log.Dispose();

        Assert.Equal(text, await ReadAsync(s_all));
        Assert.Equal("last, no end", await ReadAsync(s_all with { Tail = 1 }));
        Assert.Equal(new string('x', 40_000) + "\nlast, no end", await ReadAsync(s_all with { Tail = 2 }));
        Assert.Equal(text, await ReadAsync(s_all with { Tail = 100 }));
        Assert.Equal("first\n\nxx", await ReadAsync(s_all with { LimitBytes = 9 }));
        Assert.Equal(4, (await ReadAsync(s_all with { Timestamps = true })).Split('\n').Count(line => line.StartsWith("20", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Streams_keep_their_lines_apart()
    {
        _log.Write("stdout", "he"u8);
        _log.Write("stderr", "oops\n"u8);
        _log.Write("stdout", "llo\n"u8);

        Assert.Equal("oops\nhello\n", await ReadAsync(s_all));
    }

    [Fact]
    public async Task Only_records_since_a_time_are_sent()
    {
        _log.Write("stdout", "old\n"u8);
        var since = ContainerLog.Stamp(TimeProvider.System.GetUtcNow().AddSeconds(5));

        Assert.Equal("", await ReadAsync(s_all with { Since = since }));
        Assert.Equal("old\n", await ReadAsync(s_all with { Since = "2020-01-01T00:00:00.000000000Z" }));
    }

    [Fact]
    public async Task A_follower_sees_every_line_and_the_end()
    {
        _log.Write("stdout", "0\n"u8);
        var following = ReadAsync(s_all with { Follow = true, Tail = 0 });
        var expected = new StringBuilder();
        for (var i = 1; i < 2_000; i++)
        {
            expected.Append(i).Append('\n');
            _log.Write("stdout", Encoding.ASCII.GetBytes($"{i}\n"));
            if (i == 1) await Task.Yield();
        }

        _log.Dispose();

        // The follower begins when it begins; from there on nothing is missing.
        Assert.EndsWith(await following, expected.ToString(), StringComparison.Ordinal);
    }

    private async Task<string> ReadAsync(LogQuery query)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await new LogReader(_log, query, pipe.Writer).SendAsync(TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        using var reader = new StreamReader(pipe.Reader.AsStream());
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
