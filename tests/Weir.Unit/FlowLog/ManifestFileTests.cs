using System.Text.Json.Nodes;
using Weir.FlowLog.Store;
using Xunit;

namespace Weir.Unit.FlowLog;

/// <summary>A manifest that somebody edited by hand is refused with the place, by the store and by its readers.</summary>
public sealed class ManifestFileTests : IAsyncLifetime
{
    private readonly StoreScene _scene = new();
    private string _path = "";

    public async ValueTask InitializeAsync()
    {
        Assert.True((await _scene.AppendAsync(StoreScene.BatchOf("node1", 1, 10, _scene.Time.GetUtcNow()))).IsSafe);
        await _scene.CloseAsync();
        _path = Path.Combine(_scene.Folder, "manifest.json");
    }

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Theory]
    [InlineData("{", "line 1, byte")]
    [InlineData("null", "is empty")]
    [InlineData("{}", "form is 0")]
    [InlineData("{\"segments\":\"none\"}", "$.segments")]
    [InlineData("{\"form\":9}", "newer version")]
    public void Text_that_is_no_manifest_is_refused_with_its_place(string text, string expected)
    {
        File.WriteAllText(_path, text);
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("segments", "null", "segments is missing")]
    [InlineData("segments", "[null]", "segments[0] is null")]
    [InlineData("damaged", "null", "damaged is missing")]
    [InlineData("stored", "null", "stored is missing")]
    [InlineData("rawFrom", "7", "rawFrom is 7")]
    [InlineData("nextFile", "0", "nextFile is 0")]
    [InlineData("wal", "{\"file\":-1,\"offset\":0}", "wal is -1, 0")]
    public void A_member_that_cannot_be_is_refused_with_its_place(string member, string value, string expected)
    {
        Change(m => m[member] = JsonNode.Parse(value));
        Assert.Contains(expected, Refusal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file", "\"../../etc/passwd\"", "expected is a path below data")]
    [InlineData("file", "null", "expected is a path below data")]
    [InlineData("rows", "0", "expected is at least 1 of each")]
    [InlineData("hour", "5", "expected is the start of an hour")]
    [InlineData("from", "0", "outside of its hour")]
    public void A_segment_that_cannot_be_is_refused_with_its_place(string member, string value, string expected)
    {
        Change(m => m["segments"]![0]![member] = JsonNode.Parse(value));
        var told = Refusal();
        Assert.Contains("segments[0]", told, StringComparison.Ordinal);
        Assert.Contains(expected, told, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_store_writes_is_read_again() => Assert.Equal(10, StoreReader.Read(_scene.Folder).Segments.Sum(s => s.Rows));

    private void Change(Action<JsonNode> change)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(_path))!;
        change(manifest);
        File.WriteAllText(_path, manifest.ToJsonString());
    }

    // The store and those who only look into it say the same.
    private string Refusal()
    {
        var told = Assert.Throws<InvalidDataException>(() => StoreReader.Read(_scene.Folder)).Message;
        Assert.Equal(told, Assert.Throws<InvalidDataException>(() => _scene.Store.Hold()).Message);
        return told;
    }
}
