using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Weir.FlowLog.Node;
using Weir.FlowLog.Selection;
using Weir.Unit.Observe;
using Xunit;

namespace Weir.Unit.FlowLog;

public sealed class NodeLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("weir-log").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));

    private string File_ => Path.Combine(_folder, "hubble", "events.log");

    private static LogSelection Everything => new([new LogFilter()]);

    [Fact]
    public void Chosen_flows_are_lines_and_without_a_selection_there_is_no_file()
    {
        using (var log = Open())
        {
            log.Offer(Flows.Drop());
            log.Flush();
            Assert.False(File.Exists(File_));

            log.Selection = Everything;
            for (var i = 0; i < 30; i++) log.Offer(Flows.Drop());
            log.Flush();
            Assert.Equal(30, Lines().Count);
        }

        using (var log = Open())
        {
            log.Selection = Everything;
            log.Offer(Flows.Drop());
        }

        Assert.Equal(31, Lines().Count);
    }

    [Fact]
    public void What_was_lost_is_said_in_the_log_itself()
    {
        using (var log = Open())
        {
            log.Selection = Everything;
            log.Lose(3);
            log.Lose(4);
            log.Offer(Flows.Drop());
        }

        Assert.Equal("7", Lines()[0].GetProperty("lost_events").GetProperty("num_events_lost").GetString());
        Assert.Equal("DROPPED", Lines()[1].GetProperty("flow").GetProperty("verdict").GetString());
    }

    [Fact]
    public void A_torn_last_line_is_cut_off()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File_)!);
        File.WriteAllText(File_, "{\"whole\":1}\n{\"torn\":" + new string('x', 10_000));
        using (var log = Open())
        {
            log.Selection = Everything;
            log.Offer(Flows.Drop());
        }

        Assert.Equal(1, Lines()[0].GetProperty("whole").GetInt32());
        Assert.Equal(2, Lines().Count);
    }

    [Fact]
    public void A_full_file_is_renamed_and_the_oldest_are_deleted()
    {
        using (var log = Open())
        {
            log.Selection = Everything;
            for (var i = 0; i < 2_000; i++)
            {
                log.Offer(Flows.Drop());
                if (i % 10 == 0) log.Flush();
                _time.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        var files = Directory.GetFiles(Path.GetDirectoryName(File_)!);
        Assert.Equal(3, files.Length); // the file and two backups
        Assert.All(files, f => Assert.InRange(new FileInfo(f).Length, 1, 65_536 + 64 * 1024));
        Assert.All(files.SelectMany(File.ReadLines), line => Assert.NotEqual(default, JsonDocument.Parse(line).RootElement.GetProperty("flow").ValueKind));
    }

    [Fact]
    public void A_folder_that_takes_no_file_costs_flows_and_they_are_counted()
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "hubble"), "in the way");
        using var log = Open();
        log.Selection = Everything;
        log.Offer(Flows.Drop());
        log.Offer(Flows.Drop());
        log.Flush();
        File.Delete(Path.Combine(_folder, "hubble"));
        log.Offer(Flows.Drop());
        log.Flush();

        Assert.Equal("2", Lines()[0].GetProperty("lost_events").GetProperty("num_events_lost").GetString());
        Assert.Equal(2, Lines().Count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private NodeLog Open() => new(new LogFile(new LogFileOptions { Path = File_, MaxBytes = 65_536, Backups = 2 }, _time), "node1", _time);

    private List<JsonElement> Lines() => [.. File.ReadLines(File_).Select(l => JsonDocument.Parse(l).RootElement)];
}
