using System.Text;
using Weir.Kql;
using Weir.Kql.Catalog;
using Weir.Unit.Policy;
using Xunit;

namespace Weir.Unit.Kql;

/// <summary>Texts that mean harm, or none.</summary>
public sealed class HostileQueryTests
{
    [Theory]
    [InlineData("(", ")")]
    [InlineData("-", "")]
    [InlineData("dynamic([", "])")]
    [InlineData("toscalar(print ", ")")]
    [InlineData("strcat(", ")")]
    [InlineData("union (", ")")]
    [InlineData("a[", "]")]
    public void Deep_nesting_is_refused(string open, string close)
    {
        var text = new StringBuilder("print ").Insert(6, open, 20_000).Append('1').Insert(6 + open.Length * 20_000 + 1, close, 20_000).ToString();

        var errors = KqlCompiler.Compile(text, KqlCatalog.Empty).Diagnostics;

        Assert.Contains(errors, e => e.Code == "KS245");
    }

    [Theory]
    [InlineData(" + 1")]
    [InlineData(" or true")]
    [InlineData(".a")]
    [InlineData("[0]")]
    [InlineData(" | take 1")]
    public void Endless_chains_are_refused(string link)
    {
        var text = "print x = dynamic(1) | extend y = x" + new StringBuilder().Insert(0, link, 50_000);

        Assert.Contains(KqlCompiler.Compile(text, KqlCatalog.Empty).Diagnostics, e => e.Code == "KS245");
    }

    [Fact]
    public void Functions_that_call_functions_end()
    {
        var text = new StringBuilder("let f0 = (x:long) { x + x };\n");
        for (var i = 1; i < 40; i++) text.Append($"let f{i} = (x:long) {{ f{i - 1}(x) + f{i - 1}(x) }};\n");
        text.Append("print f39(1)");

        Assert.Contains(KqlCompiler.Compile(text.ToString(), KqlCatalog.Empty).Diagnostics, e => e.Code == "KS245");
    }

    [Fact]
    public void Tables_that_use_tables_twice_stay_small()
    {
        var text = new StringBuilder("let t0 = print x = 1;\n");
        for (var i = 1; i < 60; i++) text.Append($"let t{i} = t{i - 1} | union t{i - 1};\n");
        text.Append("t59");

        Assert.NotNull(KqlCompiler.Compile(text.ToString(), KqlCatalog.Empty).Query);
    }

    [Fact]
    public void A_function_does_not_see_itself() => Assert.Equal("KS211@27+1", Kusto.Errors("let f = (x:long) { x + 1 + f(x) }; print 1"));

    [Fact]
    public void Text_beyond_the_limit_is_not_read() =>
        Assert.Equal("KS244", Assert.Single(KqlCompiler.Compile(new string(' ', (1 << 20) + 1), KqlCatalog.Empty).Diagnostics).Code);

    [Fact]
    public void A_long_list_is_no_deep_one()
    {
        var list = string.Join(',', Enumerable.Range(0, 20_000));

        Assert.NotNull(KqlCompiler.Compile($"print x = 5 | where x in ({list})", KqlCatalog.Empty).Query);
    }

    [Theory]
    [InlineData("a-")]
    [InlineData("let a=(1 ")]
    [InlineData("let a=(){")]
    [InlineData("foo(")]
    [InlineData("foo()")]
    [InlineData("nope;")]
    [InlineData("['")]
    [InlineData("[\"a\" ")]
    [InlineData("int(")]
    [InlineData("1..")]
    [InlineData("| fork (")]
    [InlineData("top-nested of ")]
    public void A_megabyte_of_anything_ends_with_errors(string piece)
    {
        var text = new StringBuilder().Insert(0, piece, (1 << 20) / piece.Length).ToString();

        Assert.NotEmpty(KqlCompiler.Compile(text, FlowCatalog.Instance).Diagnostics);
    }

    [Theory]
    [InlineData("print x=1 | project ", "1,")]
    [InlineData("print x=1 | extend ", "foo(y),")]
    [InlineData("print x=1 | summarize by ", "x,")]
    public void A_table_has_not_any_number_of_columns(string begin, string item) => Assert.NotEmpty(
        KqlCompiler.Compile(begin + new StringBuilder().Insert(0, item, 150_000).ToString().TrimEnd(','), FlowCatalog.Instance).Diagnostics);

    [Fact]
    public void Every_beginning_of_every_query_ends_and_points_into_itself()
    {
        foreach (var query in Corpus.Ours("kql.jsonl").Select(c => c.GetProperty("query").GetString()!))
        {
            for (var length = 0; length < query.Length; length += 3)
            {
                var compiled = KqlCompiler.Compile(query[..length], FlowCatalog.Instance);
                Assert.True(compiled.Query is not null || !compiled.Diagnostics.IsEmpty, query[..length]);
                Assert.All(compiled.Diagnostics, d => Assert.InRange(d.Start + d.Length, 0, length));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(";;;")]
    [InlineData("// only a comment")]
    [InlineData("let x = 1;")]
    public void A_text_with_no_query_says_so(string text) => Assert.Equal("KS006@0+0", Kusto.Errors(text));
}
