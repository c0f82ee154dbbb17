using Weir.FlowLog.Query;
using Weir.Unit.FlowLog.Query.Naive;
using Xunit;

namespace Weir.Unit.FlowLog.Query;

/// <summary>What SQL answers is what a second evaluator answers, which shares nothing with it but the plan.</summary>
public sealed class SecondEvaluatorTests
{
    private const int QueriesOfSeed = 150;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_valid_queries_have_the_same_rows_in_both(int seed)
    {
        using var engine = QueryScene.Empty();
        var queries = new RandomQueries(seed);
        for (var i = 0; i < QueriesOfSeed; i++)
        {
            var text = queries.Next();
            var compiled = QueryEngine.Compile(text, null);
            Assert.True(compiled.Query is not null, $"{text}\n{string.Join('\n', compiled.Diagnostics)}");
            var answer = engine.Run(text, TestContext.Current.CancellationToken);
            Assert.Empty(answer.Problems);
            var expected = PlanInterpreter.Run(compiled.Query.Tables[0].Root).Select(PlanInterpreter.Key).Order(StringComparer.Ordinal).ToList();
            var actual = answer.Tables[0].Rows.Select(PlanInterpreter.Key).Order(StringComparer.Ordinal).ToList();
            Assert.True(expected.SequenceEqual(actual), $"{text}\nSQL:\n  {string.Join("\n  ", actual.Except(expected))}\nsecond evaluator:\n  {string.Join("\n  ", expected.Except(actual))}");
        }
    }
}
