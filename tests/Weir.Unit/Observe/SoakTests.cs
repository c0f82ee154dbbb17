using Weir.Bench.Soak;
using Xunit;

namespace Weir.Unit.Observe;

/// <summary>The soak of bench/Weir.Bench in short.</summary>
public sealed class SoakTests
{
    [Fact]
    public async Task What_readers_are_told_they_lost_is_what_they_did_not_get()
    {
        var folder = Directory.CreateTempSubdirectory("weir-soak-").FullName;
        try
        {
            // The ring holds a second: who stalls for four loses.
            var soak = new FlowSoak(rate: 20_000, readers: 20, capacity: 16_384);
            var result = await soak.RunAsync(TimeSpan.FromSeconds(15), Path.Combine(folder, "observe.sock"), _ => { });

            Assert.True(result.Sessions > 20, result.ToString());
            Assert.True(result.Delivered > 0 && result.Lost > 0, result.ToString());
            Assert.Equal(0, result.Wrong);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
