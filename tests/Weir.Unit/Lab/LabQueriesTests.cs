using Weir.FlowLog.Query;
using Weir.Lab;
using Weir.Unit.Architecture;
using Xunit;

namespace Weir.Unit.Lab;

/// <summary>The queries of the guided lab are those of the public one.</summary>
public sealed class LabQueriesTests
{
    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, 7)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_query_of_the_guide_is_written_as_in_the_public_lab(int number)
    {
        var original = Path.Combine(Repository.Root, "../shared/lab/queries", $"query{number}.kql");
        Assert.SkipUnless(File.Exists(original), "The public lab's queries are not beside the repository.");
        Assert.Equal(File.ReadAllText(original).TrimEnd(), Text(number).TrimEnd());
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_query_of_the_guide_is_understood(int number) => Assert.Empty(QueryEngine.Compile(Text(number), null).Diagnostics);

    private static string Text(int number)
    {
        using var stream = typeof(LabCluster).Assembly.GetManifestResourceStream($"query{number}.kql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
