using System.Collections.Immutable;
using Weir.Kql.Diagnostics;
using Weir.Kql.Functions;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>Calls of built-in scalar functions.</summary>
internal sealed partial class Binder
{
    private Scalar Call(CallExpr call, RowScope rows)
    {
        var name = call.Name;
        if (_scope.Find(name.Name) is NamedFunction function)
        {
            var result = Invoke(function, call.Arguments, null, rows, name);
            if (result is Relation) diagnostics.Add("KS108", "Scalar value expected.", call.Start, call.Length, $"toscalar({name.Name}(…)) takes its first value");
            return result as Scalar ?? _error;
        }

        switch (name.Name)
        {
            case "toscalar":
                return ToScalar(call);
            case "materialize" or "view" or "table":
                if (IsTable(call)) diagnostics.Add("KS108", "Scalar value expected.", call.Start, call.Length);
                return _error;
        }

        if (Special(call, rows) is { } special) return special;
        if (FunctionLibrary.Aggregates.TryGetValue(name.Name, out var aggregate) && (rows.Aggregating || !FunctionLibrary.ScalarFunctions.ContainsKey(name.Name)))
            return rows.Aggregating ? Aggregate(call, aggregate, rows) : NotAllowedHere(call, rows);
        if (!FunctionLibrary.ScalarFunctions.TryGetValue(name.Name, out var scalar)) return UnknownFunction(call, rows);
        if (scalar.Refusal is { } refusal)
        {
            NotSupported(name.Name + "()", name.Start, name.Length, refusal);
            return _error;
        }

        if (scalar.Kind == FunctionKind.Window && rows.Rows is { } relation && !_open.Contains(relation) && !RowOrder.IsSerialized(relation))
        {
            const string mend = "put 'sort by' or 'serialize' before it";
            diagnostics.Add("WK003", $"The function '{name.Name}' needs rows in an order: {mend}.", name.Start, name.Length, mend);
        }

        var arguments = call.Arguments.Select(a => FunctionArgument(a, rows)).ToImmutableArray();
        return BuiltIn(call, scalar, arguments);
    }

    private Scalar FunctionArgument(Expr argument, RowScope rows)
    {
        if (Unwrap(Positional(argument)) is TypeofExpr { Types: [var type] }) return new Literal(TypeOf(type.Type), null);
        return Value(argument, rows);
    }

    private Literal NotAllowedHere(CallExpr call, RowScope rows)
    {
        diagnostics.Add("KS144", $"The aggregate function '{call.Name.Name}' is not allowed in this context.", call.Name.Start, call.Name.Length, "aggregates belong in summarize");
        foreach (var argument in call.Arguments)
        {
            if (argument is not StarExpr) Value(argument, rows);
        }

        return _error;
    }

    private Literal UnknownFunction(CallExpr call, RowScope rows)
    {
        if (_unknowable || diagnostics.Full) return _error;
        var known = FunctionLibrary.ScalarFunctions.Keys.Concat(FunctionLibrary.Aggregates.Keys).Concat(_scope.Names);
        diagnostics.Add("KS211", $"The name '{call.Name.Name}' does not refer to any known function.", call.Name.Start, call.Name.Length, NearMiss.Hint(call.Name.Name, known));
        foreach (var argument in call.Arguments)
        {
            if (argument is not StarExpr && !IsTable(argument)) FunctionArgument(argument, rows);
        }

        return _error;
    }

    private Scalar BuiltIn(CallExpr call, FunctionSymbol function, ImmutableArray<Scalar> arguments)
    {
        if (Choose(call, function, arguments) is not { } signature) return _error;
        if (arguments.Any(a => a.Type == KqlType.Unknown) && signature.Result.StartsWith('=')) return _error;
        var type = ResultType(signature, call, arguments);
        return new Plan.Call(function, Adapted(signature, arguments, type), type);
    }

    /// <summary>The overload that fits, or null after its misfit has been reported.</summary>
    private Signature? Choose(CallExpr call, FunctionSymbol function, ImmutableArray<Scalar> arguments)
    {
        var count = arguments.Length;
        var counted = function.Overloads.Where(o => ParameterFit.Counts(o, count)).ToList();
        if (counted.Count == 0)
        {
            WrongCount(call, function, arguments);
            return null;
        }

        if (arguments.Any(a => a.Type == KqlType.Unknown))
        {
            if (counted.Count == 1) ComplainOfErrors(call, counted[0], arguments);
            return counted[0];
        }

        var fits = counted.FirstOrDefault(o => ParameterFit.Exactly(o, arguments)) ?? counted.FirstOrDefault(o => ParameterFit.Loosely(o, arguments));
        if (fits is not null) return CheckConstants(call, fits, arguments) ? fits : null;
        if (Best(counted, arguments) is { } nearest) Misfit(call, nearest, arguments);
        else Incompatible(call, function, arguments);
        return null;
    }

    // The one overload that more arguments fit than any other, or null.
    private static Signature? Best(List<Signature> overloads, ImmutableArray<Scalar> arguments)
    {
        var scored = overloads.ConvertAll(o => (Overload: o, Score: ParameterFit.Score(o, arguments)));
        var most = scored.Max(s => s.Score);
        return scored.FindAll(s => s.Score == most) is [var only] ? only.Overload : null;
    }

    private void Incompatible(CallExpr call, FunctionSymbol function, ImmutableArray<Scalar> arguments)
    {
        var types = string.Join(", ", arguments.Select(a => a.Type.Name()));
        diagnostics.Add("KS127", $"The function '{function.Name}' is not compatible with arguments ({types})", call.Name.Start, call.Name.Length);
    }

    // As the analyser does: what has an error has not the type that one parameter asks for, either.
    private void ComplainOfErrors(CallExpr call, Signature signature, ImmutableArray<Scalar> arguments)
    {
        for (var i = 0; i < arguments.Length && i < call.Arguments.Length; i++)
        {
            var parameter = ParameterFit.At(signature, i, arguments.Length);
            if (!ReferenceEquals(arguments[i], _error) || parameter.Accepts == "dynamic" || !KqlTypes.TryParse(parameter.Accepts, out _)) continue;
            var at = Positional(call.Arguments[i]);
            diagnostics.Add("KS107", $"A value of type {parameter.Accepts} expected.", at.Start, at.Length);
        }
    }

    private void Misfit(CallExpr call, Signature signature, ImmutableArray<Scalar> arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var parameter = ParameterFit.At(signature, i, arguments.Length);
            if (ParameterFit.Loosely(parameter, arguments[i])) continue;
            var (code, message) = ParameterFit.Complaint(parameter, arguments[i].Type);
            var at = Positional(call.Arguments[Math.Min(i, call.Arguments.Length - 1)]);
            diagnostics.Add(code, message, at.Start, at.Length, ParameterFit.Hint(parameter, arguments[i].Type));
        }
    }

    private bool CheckConstants(CallExpr call, Signature signature, ImmutableArray<Scalar> arguments)
    {
        var good = true;
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!ParameterFit.At(signature, i, arguments.Length).Constant || IsConstant(arguments[i])) continue;
            good = false;
            var at = Positional(call.Arguments[i]);
            diagnostics.Add("KS129", "The expression must be a constant.", at.Start, at.Length);
        }

        return good;
    }

    private void WrongCount(CallExpr call, FunctionSymbol function, ImmutableArray<Scalar> arguments)
    {
        var longest = function.Overloads.Max(o => o.Most);
        var candidates = function.Overloads.Where(o => o.Most == longest).ToList();
        if (candidates.Count > 1 && arguments.Length > 0 && Best(candidates, arguments) is null && !candidates.TrueForAll(c => c.Parameters.Length == candidates[0].Parameters.Length))
        {
            Incompatible(call, function, arguments);
            return;
        }

        var first = candidates[0];
        var repeats = first.Parameters.Any(p => p.Most > 1);
        var (least, most) = (function.Overloads.Min(o => o.Least), longest);
        if (repeats && arguments.Length >= first.Least && arguments.Length <= first.Most)
            diagnostics.Add("KS121", "The function call has an incorrect number of arguments.", call.Name.Start, call.Name.Length);
        else if (least != most && (repeats || (arguments.IsEmpty && candidates.Count > 1)))
            diagnostics.Add("KS120", $"The function '{function.Name}' expects between {least} and {most} arguments.", call.Name.Start, call.Name.Length);
        else
        {
            var expects = first.Parameters.Length switch { 0 => "no arguments", 1 => "1 argument", var n => $"{n} arguments" };
            diagnostics.Add("KS119", $"The function '{function.Name}' expects {expects}.", call.Name.Start, call.Name.Length, least == most ? null : $"between {least} and {most} are taken");
        }
    }

    private Scalar ToScalar(CallExpr call)
    {
        if (call.Arguments is not [var inner])
        {
            diagnostics.Add("KS119", "The function 'toscalar' expects 1 argument.", call.Name.Start, call.Name.Length);
            return _error;
        }

        if (!IsTable(inner)) return Value(inner, RowScope.None);
        if (Table(inner) is not { } query) return _error;
        return query.Columns.IsEmpty ? _error : new ScalarQuery(query, query.Columns[0].Type);
    }
}
