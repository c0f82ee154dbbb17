using System.Collections.Immutable;
using Weir.Kql.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>What type a call has, and its arguments in the types that it takes.</summary>
internal sealed partial class Binder
{
    private KqlType ResultType(Signature signature, CallExpr call, ImmutableArray<Scalar> arguments)
    {
        switch (signature.Result)
        {
            case "=1":
                return arguments[0].Type;
            case "=2":
                return arguments[1].Type;
            case "=promoted":
                return arguments[0].Type == KqlType.Int ? KqlType.Long : arguments[0].Type;
            case "=percentile":
                return arguments[0].Type == KqlType.Int ? KqlType.Long : arguments[0].Type;
            case "=widest":
                return arguments.Select(a => a.Type).Aggregate(KqlTypes.Widest);
            case "=typeof":
                return call.Arguments.Select(Positional).Select(Unwrap).OfType<TypeofExpr>().FirstOrDefault() is { Types: [var type] } ? TypeOf(type.Type) : KqlType.String;
            case "=datediff":
                return arguments[0] is Literal { Value: string part } && part.StartsWith("week", StringComparison.OrdinalIgnoreCase) ? KqlType.Real : KqlType.Long;
            case "=common":
                return Common(signature, call, arguments);
            default:
                return KqlTypes.TryParse(signature.Result, out var named) ? named : KqlType.Dynamic;
        }
    }

    // iff, case, coalesce, max_of: one type for all results. Numbers widen; a dynamic beside another type gives that type.
    private KqlType Common(Signature signature, CallExpr call, ImmutableArray<Scalar> arguments)
    {
        var results = Enumerable.Range(0, arguments.Length).Where(i => ParameterFit.At(signature, i, arguments.Length).Accepts != "bool").ToList();
        var type = KqlType.Unknown;
        foreach (var i in results)
        {
            var next = arguments[i].Type;
            if (type == KqlType.Unknown || (type == KqlType.Dynamic && next != KqlType.Dynamic)) type = next;
            else if (next == type || next is KqlType.Dynamic or KqlType.Unknown) continue;
            else if (type.IsNumber() && next.IsNumber()) type = KqlTypes.Widest(type, next);
            else
            {
                diagnostics.Add("KS232", "No common type can be determined from the arguments.", call.Name.Start, call.Name.Length, $"{type.Name()} and {next.Name()} do not mix; convert one of them");
                return KqlType.Unknown;
            }
        }

        return type;
    }

    private static ImmutableArray<Scalar> Adapted(Signature signature, ImmutableArray<Scalar> arguments, KqlType type)
    {
        var adapted = ImmutableArray.CreateBuilder<Scalar>(arguments.Length);
        for (var i = 0; i < arguments.Length; i++)
        {
            var parameter = ParameterFit.At(signature, i, arguments.Length);
            var wanted = parameter.Accepts switch
            {
                "any" or "nodynamic" when signature.Result == "=common" => type,
                "number" when signature.Result == "=widest" => type,
                "number" when arguments[i].Type == KqlType.Dynamic => KqlType.Real,
                "integer" when arguments[i].Type == KqlType.Dynamic => KqlType.Long,
                "string/dynamic" or "integer/dynamic" or "number/bool" => arguments[i].Type,
                var accepts when KqlTypes.TryParse(accepts, out var named) => named,
                _ => arguments[i].Type,
            };
            adapted.Add(Converted(arguments[i], wanted));
        }

        return adapted.MoveToImmutable();
    }
}
