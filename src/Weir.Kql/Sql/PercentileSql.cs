using System.Globalization;
using System.Text.Json;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Sql;

/// <summary>Percentiles by nearest rank: always a value that is there.</summary>
internal static class PercentileSql
{
    public static string Write(ScalarSql scalar, string name, IReadOnlyList<Scalar> arguments, KqlType type, string filter)
    {
        var value = scalar.Write(arguments[0]);
        var weighted = name.StartsWith("percentilew", StringComparison.Ordinal) || name.StartsWith("percentilesw", StringComparison.Ordinal);
        var ranks = Ranks(arguments.Skip(weighted ? 2 : 1)).ToList();
        var weight = weighted ? scalar.As(arguments[1], KqlType.Long) : null;
        var pairs = AggregateSql.Array($"list('[' || ({value})::VARCHAR || ',' || ({weight})::VARCHAR || ']'){filter}");
        string One(double rank) => weight is null
            ? $"quantile_disc({value}, {(rank / 100).ToString("R", CultureInfo.InvariantCulture)}){filter}"
            : $"k_percentilew({pairs}, {SqlLiteral.Real(rank)})";

        if (!name.EndsWith("array", StringComparison.Ordinal))
        {
            if (weight is null) return One(ranks[0]);
            return type == KqlType.Real ? One(ranks[0]) : $"({One(ranks[0])})::BIGINT::{TypeSql.Of(type)}";
        }

        var given = weight is null ? arguments[0].Type : arguments[0].Type is KqlType.Real ? KqlType.Real : KqlType.Long;
        return AggregateSql.Array($"[{string.Join(", ", ranks.Select(r => ConversionSql.Convert(weight is null ? One(r) : $"({One(r)})::{TypeSql.Of(given)}", given, KqlType.Dynamic)))}]");
    }

    private static IEnumerable<double> Ranks(IEnumerable<Scalar> arguments)
    {
        foreach (var argument in arguments)
        {
            var constant = argument is Plan.Convert convert ? convert.Value : argument;
            switch (constant)
            {
                case Literal { Value: string json, Type: KqlType.Dynamic }:
                    using (var document = JsonDocument.Parse(json))
                        foreach (var element in document.RootElement.EnumerateArray()) yield return element.GetDouble();
                    break;
                case Literal { Value: { } number }: yield return System.Convert.ToDouble(number, CultureInfo.InvariantCulture); break;
                default: throw NotSupportedQueryException.For("A percentile whose rank is not a constant");
            }
        }
    }
}
