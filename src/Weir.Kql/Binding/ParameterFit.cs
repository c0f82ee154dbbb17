using System.Collections.Immutable;
using Weir.Kql.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>Whether arguments fit parameters.</summary>
internal static class ParameterFit
{
    public static bool Counts(Signature signature, int count)
    {
        if (!signature.Blocks) return count >= signature.Least && count <= signature.Most;
        var tail = signature.Parameters.Count(p => p.Most == 1);
        var block = signature.Parameters.Length - tail;
        return count >= block + tail && (count - tail) % block == 0;
    }

    /// <summary>The parameter that the argument at an index belongs to.</summary>
    public static Parameter At(Signature signature, int index, int count)
    {
        var parameters = signature.Parameters;
        if (signature.Blocks)
        {
            var tail = parameters.Count(p => p.Most == 1);
            var block = parameters.Length - tail;
            return index >= count - tail ? parameters[block + index - (count - tail)] : parameters[index % block];
        }

        foreach (var parameter in parameters)
        {
            if (index < parameter.Most) return parameter;
            index -= parameter.Most;
        }

        return parameters[^1];
    }

    public static bool Exactly(Signature signature, ImmutableArray<Scalar> arguments) => All(signature, arguments, Exactly);

    public static bool Loosely(Signature signature, ImmutableArray<Scalar> arguments) => All(signature, arguments, Loosely);

    public static bool Exactly(Parameter parameter, Scalar argument) =>
        parameter.Accepts.Split('/').Any(a => a == argument.Type.Name()) || (argument.Type != KqlType.Dynamic && InClass(parameter.Accepts, argument.Type));

    public static bool Loosely(Parameter parameter, Scalar argument)
    {
        var type = argument.Type;
        if (type == KqlType.Unknown || parameter.Accepts is "type") return true;
        foreach (var accepted in parameter.Accepts.Split('/'))
        {
            if (InClass(accepted, type)) return true;
            if (!KqlTypes.TryParse(accepted, out var wanted)) continue;
            if (wanted == KqlType.Dynamic ? type == KqlType.Dynamic : KqlTypes.Accepts(wanted, type)) return true;
        }

        return false;
    }

    /// <summary>How many arguments fit; a literal match counts more than one that is converted.</summary>
    public static int Score(Signature signature, ImmutableArray<Scalar> arguments)
    {
        var score = 0;
        for (var i = 0; i < arguments.Length && i < signature.Most; i++)
        {
            if (Loosely(At(signature, i, Math.Max(arguments.Length, signature.Least)), arguments[i])) score++;
        }

        return score;
    }

    private static bool All(Signature signature, ImmutableArray<Scalar> arguments, Func<Parameter, Scalar, bool> fits)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!fits(At(signature, i, arguments.Length), arguments[i])) return false;
        }

        return true;
    }

    private static bool InClass(string accepted, KqlType type) => accepted switch
    {
        "any" => true,
        "number" => type.IsNumber() || type == KqlType.Dynamic,
        "integer" => type.IsInteger() || type == KqlType.Dynamic,
        "summable" => type.IsSummable() || type == KqlType.Dynamic,
        "orderable" => true,
        "nodynamic" => type != KqlType.Dynamic,
        _ => false,
    };

    /// <summary>The analyser's code and words for an argument that does not fit.</summary>
    public static (string Code, string Message) Complaint(Parameter parameter, KqlType given) => parameter.Accepts switch
    {
        "integer" => ("KS134", "The expression value must be an integer."),
        "number" => ("KS137", "The expression value must be a number."),
        "number/bool" => ("KS137", "The expression value must be a number or boolean true/false."),
        "integer/dynamic" => ("KS136", "The expression value must be an integer or a dynamic array of integers."),
        "summable" => ("KS138", "The argument value must be summable: a number, timespan or datetime."),
        "orderable" => ("KS206", "The argument value must be orderable: a number, timespan, datetime, string or boolean."),
        "nodynamic" => ("KS116", $"The value of type '{given.Name()}' is not allowed in this context."),
        "dynamic" => ("KS234", "The expression value must be a dynamic array."),
        "type" => ("KS131", "The expression must be a literal."),
        _ => ("KS107", $"A value of type {parameter.Accepts.Replace("/", " or ", StringComparison.Ordinal)} expected."),
    };

    /// <summary>How to mend it.</summary>
    public static string? Hint(Parameter parameter, KqlType given) => (parameter.Accepts, given) switch
    {
        ("nodynamic", KqlType.Dynamic) => "tostring(…) makes a text of it",
        ("dynamic", KqlType.String) => "parse_json(…) makes it dynamic",
        ("string", _) => "tostring(…) makes a text of it",
        ("datetime", _) => "todatetime(…) reads it",
        _ => null,
    };
}
