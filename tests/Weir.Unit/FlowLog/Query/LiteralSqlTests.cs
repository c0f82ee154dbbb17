using CsCheck;
using DuckDB.NET.Data;
using Weir.Kql.Sql;
using Xunit;

namespace Weir.Unit.FlowLog.Query;

/// <summary>The one writer of a user's values into SQL: whatever it writes comes back as it was.</summary>
public sealed class LiteralSqlTests
{
    [Theory]
    [InlineData("it's")]
    [InlineData("''; DROP TABLE flows; --")]
    [InlineData("back\\slash \\' and \"quotes\"")]
    [InlineData("zero\0inside")]
    [InlineData("$$ {0} {*} c1 \n\r\t")]
    [InlineData("")]
    public void A_text_comes_back_as_it_was(string text) => Assert.Equal(text, Ask(SqlLiteral.Text(text)));

    [Fact]
    public void Any_text_comes_back_as_it_was() =>
        Gen.String[Gen.Char['\0', '\ud7ff'], 0, 40].Sample(text => (string)Ask(SqlLiteral.Text(text))! == text, iter: 300, threads: 1);

    [Fact]
    public void Any_integer_comes_back_as_it_was()
    {
        Assert.Equal(long.MinValue, Ask(SqlLiteral.Long(long.MinValue)));
        Gen.Long.Sample(value => (long)Ask(SqlLiteral.Long(value))! == value, iter: 200, threads: 1);
    }

    [Fact]
    public void Any_double_comes_back_with_the_same_bits() =>
        Gen.Double.Sample(value => ((double)Ask(SqlLiteral.Real(value))!).Equals(value), iter: 200, threads: 1);

    private static object? Ask(string literal)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {literal}";
        return command.ExecuteScalar();
    }
}
