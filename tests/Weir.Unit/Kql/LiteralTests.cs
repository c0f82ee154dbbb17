using Weir.Kql.Types;
using Xunit;

namespace Weir.Unit.Kql;

/// <summary>Every way of writing a constant.</summary>
public sealed class LiteralTests
{
    [Theory]
    [InlineData("1d", 864000000000)]
    [InlineData("1.5h", 54000000000)]
    [InlineData("90m", 54000000000)]
    [InlineData("2min", 1200000000)]
    [InlineData("10s", 100000000)]
    [InlineData("7ms", 70000)]
    [InlineData("3microseconds", 30)]
    [InlineData("200nanoseconds", 2)]
    [InlineData("5ticks", 5)]
    [InlineData("timespan(1.02:03:04.5)", 937845000000)]
    [InlineData("time(7)", 6048000000000)]
    [InlineData("timespan('00:00:01')", 10000000)]
    [InlineData("time(-1d)", -864000000000)]
    [InlineData("timespan(-10675199.02:48:05.4775808)", long.MinValue)]
    public void A_length_of_time_is_ticks(string text, long ticks)
    {
        var literal = Kusto.Literal(text);

        Assert.Equal((KqlType.TimeSpan, ticks), (literal.Type, (long)literal.Value!));
    }

    [Theory]
    [InlineData("datetime(2026-03-01)", "2026-03-01T00:00:00.0000000Z")]
    [InlineData("datetime(2026-03-01 10:20)", "2026-03-01T10:20:00.0000000Z")]
    [InlineData("datetime(2026-03-01T10:20:30.1234567Z)", "2026-03-01T10:20:30.1234567Z")]
    [InlineData("datetime(2026-03-01T10:20:30.123456789Z)", "2026-03-01T10:20:30.1234567Z")]
    [InlineData("datetime('2026-03-01T10:00:00+02:00')", "2026-03-01T08:00:00.0000000Z")]
    [InlineData("datetime(03/01/2026)", "2026-03-01T00:00:00.0000000Z")]
    [InlineData("datetime(2026, 3, 1)", "2026-03-01T00:00:00.0000000Z")]
    [InlineData("date(2026-03-01)", "2026-03-01T00:00:00.0000000Z")]
    public void An_instant_is_ticks_in_UTC(string text, string expected)
    {
        var literal = Kusto.Literal(text);

        Assert.Equal(KqlType.DateTime, literal.Type);
        Assert.Equal(expected, new DateTime((long)literal.Value!, DateTimeKind.Utc).ToString("O"));
    }

    [Theory]
    [InlineData("9223372036854775807", KqlType.Long, long.MaxValue)]
    [InlineData("-9223372036854775808", KqlType.Long, long.MinValue)]
    [InlineData("0xFF", KqlType.Long, 255L)]
    [InlineData("int(7)", KqlType.Int, 7)]
    [InlineData("long(-7)", KqlType.Long, -7L)]
    [InlineData("1.5e3", KqlType.Real, 1500.0)]
    [InlineData("real(+inf)", KqlType.Real, double.PositiveInfinity)]
    [InlineData("true", KqlType.Bool, true)]
    [InlineData("bool(0)", KqlType.Bool, false)]
    [InlineData("long(null)", KqlType.Long, null)]
    [InlineData("@'a\\b''c'", KqlType.String, "a\\b'c")]
    [InlineData("\"tab\\t\\u00e9\\x41\"", KqlType.String, "tab\té\u0041")]
    [InlineData("h'secret'", KqlType.String, "secret")]
    [InlineData("```a\nb```", KqlType.String, "a\nb")]
    [InlineData("'con' \"cat\"", KqlType.String, "concat")]
    [InlineData("dynamic({\"a\":[1,2.5,\"x\",null,true]})", KqlType.Dynamic, "{\"a\":[1,2.5,\"x\",null,true]}")]
    [InlineData("dynamic([\"x\"])", KqlType.Dynamic, "[\"x\"]")]
    [InlineData("dynamic(null)", KqlType.Dynamic, null)]
    public void A_constant_has_its_type_and_value(string text, KqlType type, object? value)
    {
        var literal = Kusto.Literal(text);

        Assert.Equal((type, value), (literal.Type, literal.Value));
    }

    [Fact]
    public void A_decimal_keeps_its_digits() => Assert.Equal(0.10m, Kusto.Literal("decimal(0.10)").Value);

    [Fact]
    public void A_guid_is_one() => Assert.Equal(Guid.Parse("74be27de-1e4e-49d9-b579-fe0b331d3642"), Kusto.Literal("guid(74be27de-1e4e-49d9-b579-fe0b331d3642)").Value);

    [Theory]
    [InlineData("print datetime(2026-13-01)", "KS004@6+20")]
    [InlineData("print int(4000000000)", "KS004@6+15")]
    [InlineData("print 99999999999999999999", "KS004@6+20")]
    public void A_malformed_constant_is_told(string query, string errors) => Assert.Equal(errors, Kusto.Errors(query));
}
