using Weir.Kql;
using Weir.Kql.Plan;
using Weir.Kql.Types;
using Xunit;

namespace Weir.Unit.Kql;

/// <summary>Names, types and shapes that the corpora do not reach.</summary>
public sealed class BinderTests
{
    [Theory]
    [InlineData("print a=1, 2, 'x'", "a:long print_1:long print_2:string")]
    [InlineData("print x=1 | project x+1, x+2, tostring(x)", "Column1:long Column2:long x:string")]
    [InlineData("print x=1 | extend x+1", "x:long Column1:long")]
    [InlineData("print x=1, y=2 | summarize sum(x), sum(x+y), count(), dcount(y) by bin(y, 2)", "y:long sum_x:long sum_:long count_:long dcount_y:long")]
    [InlineData("print x=1, y='a' | summarize arg_max(x, *)", "x:long y:string")]
    [InlineData("print x=1, y='a' | summarize percentiles(x, 5, 50.5)", "percentile_x_5:long percentile_x_50_5:long")]
    [InlineData("print x=1, y='a' | summarize (a, b) = arg_max(x, y)", "a:long b:string")]
    [InlineData("print k=1, v=2 | join (print k=1, v=3) on k", "k:long v:long k1:long v1:long")]
    [InlineData("print k=1, v=2 | lookup (print k=1, w=3) on k", "k:long v:long w:long")]
    [InlineData("print k=1, v=2 | lookup (print q=1, w=3) on $left.k == $right.q", "k:long v:long w:long")]
    [InlineData("print a=1 | union withsource=S (print a='s', b=1)", "S:string a_long:long a_string:string b:long")]
    [InlineData("print a=1, b=2 | union kind=inner (print a=3)", "a:long")]
    [InlineData("print d=dynamic({}) | extend d.a.b, d['c d']", "d:dynamic d_a_b:dynamic ['d_c d']:dynamic")]
    [InlineData("let f = (T:(x:long), n:long = 2) { T | extend y = x * n }; print x=1 | invoke f()", "x:long y:long")]
    [InlineData("let f = (T:(*)) { T | count }; f(print x=1)", "Count:long")]
    [InlineData("let v = view () { print x=1 }; let w = materialize(v); w | union v", "x:long")]
    [InlineData("print x=1, y=2.0 | project z = iff(x > 1, x, y), w = case(x == 1, 'a', x == 2, 'b', 'c'), c = coalesce(x, 3)", "z:real w:string c:long")]
    [InlineData("print t=now() | project t - 1h, t - t, 1h / 2, 2h / 1h, t + 1h", "Column1:datetime Column2:timespan Column3:timespan Column4:real Column5:datetime")]
    [InlineData("declare query_parameters(n:long = 3); print n", "print_0:long")]
    [InlineData("print x=1 | as T | join kind=inner (T | project x, y=2) on x", "x:long x1:long y:long")]
    [InlineData("print x=1 | serialize r=row_number() | extend p=prev(x)", "x:long r:long p:long")]
    [InlineData("set notruncation; set maxmemory=1000; print 1", "print_0:long")]
    [InlineData("print a=1 | project-reorder * desc", "a:long")]
    [InlineData("print ['a b']=1 | where ['a b'] > 0", "['a b']:long")]
    [InlineData("print x=1 | getschema", "ColumnName:string ColumnOrdinal:int DataType:string ColumnType:string")]
    [InlineData("print a='x=1' | parse-where a with * 'x=' n:int *", "a:string n:int")]
    [InlineData("print v=1, g='a' | top-nested of g with others='z' by s=sum(v), top-nested 2 of v by count()", "g:string s:long v:long aggregated_v:long")]
    [InlineData("print a=1, b=2 | partition by a { top 1 by b | project b }", "b:long")]
    [InlineData("print a=1, b=2 | partition hint.strategy=native by a (count)", "Count:long")]
    [InlineData("print a=1 | top-hitters 2 of a", "a:long approximate_count_a:long")]
    [InlineData("print x=1 | facet by x", "x:long count_x:long")]
    public void A_query_has_its_columns(string query, string columns) =>
        Assert.Equal(columns.Replace("['", "", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal), Kusto.Columns(query));

    [Theory]
    [InlineData("ContainerNetworkLogs | where Nope == 1 | extend y = foo(1) | project strlen(1, 2)", "KS142@29+4 KS211@52+3 KS119@69+6")]
    [InlineData("Missing | where x > 1 | extend y = foo(1)", "KS204@0+7 KS211@35+3")]
    [InlineData("print x=1 | summarize x", "KS236@22+1")]
    [InlineData("print x=1 | join (print y=1) on x", "KS145@32+1")]
    [InlineData("print x=1 | join (print x='a') on x", "KS227@34+1")]
    [InlineData("print d=dynamic(1) | join (print d=dynamic(1)) on d", "KS241@50+1")]
    [InlineData("datatable(a:long, b:long)[1,2,3]", "KS173@26+5")]
    [InlineData("print x=1 | project-rename y", "KS110@27+1")]
    [InlineData("print x=1 | where x between (1 .. 'a')", "KS106@20+7")]
    [InlineData("range x from 1 to 5 step 1h", "KS106@25+2")]
    [InlineData("print case(true, 1, false, 2)", "KS121@6+4")]
    [InlineData("print strcat()", "KS120@6+6")]
    [InlineData("print abs('x')", "KS127@6+3")]
    [InlineData("print bin(1, 'x')", "KS137@13+3")]
    [InlineData("print a=1 | join (print b=1) on a == b", "KS183@32+1 KS183@37+1")]
    [InlineData("print d=dynamic(1) | distinct *", "KS116@30+1")]
    [InlineData("print d=dynamic(1) | summarize by x = d.a", "KS116@34+7")]
    [InlineData("print d=dynamic(1) | evaluate bag_unpack()", "KS119@30+10")]
    [InlineData("print x=1 | extend r = row_number()", "WK003@23+10")]
    [InlineData("let x = 1; let x = 2; print x", "KS201@15+1")]
    [InlineData("print iff(true, 1, 'a')", "KS232@6+3")]
    [InlineData("print 1 | range x from 1 to 2 step 1", "KS175@10+5")]
    [InlineData("where x == 1", "KS174@0+5")]
    public void An_error_has_its_code_and_place(string query, string errors) => Assert.Equal(errors, Kusto.Errors(query));

    [Fact]
    public void Assignments_of_one_operator_see_the_input_only()
    {
        var project = Assert.IsType<Project>(Kusto.Root("print x=1 | extend x = x + 1, y = x"));

        Assert.Same(((Rows)project.Input).Columns[0], Assert.IsType<ColumnRef>(project.Items[1].Value).Column);
    }

    [Fact]
    public void Numbers_of_unlike_types_are_widened()
    {
        var sum = Assert.IsType<Operation>(Assert.IsType<Project>(Kusto.Root("print x=int(1) | project x + 1.5")).Items[0].Value);

        Assert.All(sum.Operands, o => Assert.Equal(KqlType.Real, o.Type));
    }

    [Fact]
    public void A_join_is_innerunique_where_no_kind_is_written() =>
        Assert.Equal(JoinKind.InnerUnique, Assert.IsType<Join>(Kusto.Root("print k=1 | join (print k=1) on k")).Kind);

    [Fact]
    public void Sort_is_descending_with_nulls_last_where_nothing_is_written()
    {
        var key = Assert.Single(Assert.IsType<Sort>(Kusto.Root("print k=1 | sort by k")).Keys);

        Assert.Equal((true, false), (key.Descending, key.NullsFirst));
    }

    [Fact]
    public void A_table_that_let_names_is_bound_once()
    {
        var union = Assert.IsType<Union>(Kusto.Root("let t = print x=1; t | union t"));

        Assert.Same(((Reference)union.Branches[0].Input).Query, ((Reference)union.Branches[1].Input).Query);
    }

    [Fact]
    public void Values_of_one_arg_max_come_from_one_row()
    {
        var summarize = Assert.IsType<Summarize>(Kusto.Root("print x=1, y=2 | summarize arg_max(x, y), count()"));

        var calls = summarize.Values.Select(v => (AggregateCall)v.Value).ToList();
        Assert.Equal(calls[0].Group, calls[1].Group);
        Assert.NotEqual(calls[0].Group, calls[2].Group);
        Assert.Equal((0, 1), (calls[0].Output, calls[1].Output));
    }

    [Fact]
    public void Columns_that_only_the_data_tells_are_asked_for()
    {
        var options = new KqlOptions { Discover = e => e.Plugin.Name == "bag_unpack" ? [("a", KqlType.Long), ("b", KqlType.String)] : null };

        var query = KqlCompiler.Compile("print d=dynamic({'a':1,'b':'x'}) | evaluate bag_unpack(d) | summarize sum(a) by b", FlowCatalog.Instance, options).Query!;

        Assert.Equal(["b:string", "sum_a:long"], query.Tables[0].Root.Columns.Select(c => $"{c.Name}:{c.Type.Name()}"));
    }

    [Fact]
    public void Columns_that_nobody_tells_are_no_errors() =>
        Assert.Empty(KqlCompiler.Compile("print d=dynamic({'a':1}) | evaluate bag_unpack(d) | where a == 1 | project b", FlowCatalog.Instance).Diagnostics);

    [Fact]
    public void Fork_gives_a_table_a_branch() =>
        Assert.Equal(["big", "Result2"], Kusto.Query("range x from 1 to 5 step 1 | fork big=(where x > 3) (count)").Tables.Select(t => t.Name));

    [Fact]
    public void Render_keeps_its_properties()
    {
        var render = Kusto.Query("print x=1 | render columnchart with (title='Flows', ycolumns=a, b, kind=stacked)").Tables[0].Render!;

        Assert.Equal(("columnchart", "Flows", "a,b", "stacked"), (render.Chart, render.Properties["title"], render.Properties["ycolumns"], render.Properties["kind"]));
    }

    [Fact]
    public void A_given_parameter_wins_over_its_default()
    {
        var options = new KqlOptions { Parameters = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("span", "2h") };

        var query = KqlCompiler.Compile("declare query_parameters(span:timespan = 1h); print span", FlowCatalog.Instance, options).Query!;

        Assert.Equal(TimeSpan.FromHours(2).Ticks, ((Literal)((Rows)query.Tables[0].Root).Values[0][0]).Value);
    }
}
