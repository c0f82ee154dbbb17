using System.Text.Json.Nodes;
using Weir.Lab.Manifests;
using Xunit;

namespace Weir.Unit.Lab;

public sealed class ManifestReaderTests
{
    [Fact]
    public void Documents_lists_anchors_and_scalars_become_json()
    {
        var read = ManifestReader.Read("""
            # a comment only
            ---
            apiVersion: v1
            kind: List
            items:
            - kind: A
              metadata: &m { name: "5", on: yes }
            - kind: B
              metadata: { <<: *m, x: 1.5, y: null, z: true, hex: 0x50 }
            ---
            kind: C
            """);

        Assert.Equal(["A", "B", "C"], read.Select(d => d["kind"]!.GetValue<string>()));
        Assert.Equal("""{"name":"5","on":"yes"}""", read[0]["metadata"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"name":"5","on":"yes","x":1.5,"y":null,"z":true,"hex":80}"""), read[1]["metadata"]));
    }

    [Fact]
    public void A_bomb_of_aliases_is_refused_with_its_place()
    {
        var lines = new List<string> { "a0: &a0 [x,x,x,x,x,x,x,x,x,x]" };
        for (var i = 1; i < 10; i++) lines.Add($"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]");

        var fault = Assert.Throws<ManifestException>(() => ManifestReader.Read(string.Join('\n', lines), "bomb.yaml"));
        Assert.Matches("^bomb.yaml:[0-9]+:[0-9]+: the document grows beyond 200000 values", fault.Message);
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("- a\n- b")]
    [InlineData("just text")]
    [InlineData("? [complex]\n: key")]
    public void What_is_no_object_is_refused_with_its_place(string yaml) =>
        Assert.Matches("^m.yaml:[0-9]+:[0-9]+: ", Assert.Throws<ManifestException>(() => ManifestReader.Read(yaml, "m.yaml")).Message);
}
