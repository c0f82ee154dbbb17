using Weir.Proxy;
using Xunit;

namespace Weir.Unit.Proxy;

public sealed class ProxyPortsTests
{
    [Fact]
    public void Reads_what_was_written_and_nothing_else()
    {
        var directory = Directory.CreateTempSubdirectory("weir-proxy-ports-");
        try
        {
            Assert.Null(ProxyPorts.TryRead(directory.FullName));

            var written = new ProxyPorts(ProxyPorts.CurrentVersion, Environment.ProcessId, 40_001, 40_002);
            written.Write(directory.FullName);
            Assert.Equal(written, ProxyPorts.TryRead(directory.FullName));
            Assert.True(written.IsAlive);
            Assert.Equal([ProxyPorts.FileName], directory.GetFiles().Select(f => f.Name));

            File.WriteAllText(Path.Combine(directory.FullName, ProxyPorts.FileName), """{"version":2,"pid":1}""");
            Assert.Null(ProxyPorts.TryRead(directory.FullName));
            File.WriteAllText(Path.Combine(directory.FullName, ProxyPorts.FileName), "{\"vers");
            Assert.Null(ProxyPorts.TryRead(directory.FullName));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void Bad_options_are_all_named_at_once()
    {
        var problems = new ProxyOptions { RunDirectory = "/nonexistent", FirstUpstreamPort = 80, MaxConnections = 0, ConnectTimeout = TimeSpan.Zero }.Problems().ToList();

        Assert.Equal(4, problems.Count);
        Assert.Contains(problems, p => p.Contains("/nonexistent", StringComparison.Ordinal));
        Assert.Contains("MaxConnections is 0; give 1 to 1000000.", problems);
    }
}
