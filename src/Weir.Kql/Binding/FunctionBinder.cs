using System.Collections.Immutable;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>Functions that let declares: inlined where they are called.</summary>
internal sealed partial class Binder
{
    // The body is bound once with values of the declared types, so that its errors are told even when nobody calls it.
    private void CheckBody(FunctionDeclaration function)
    {
        var outer = _scope;
        _scope = new(outer);
        CheckUnique(function.Parameters.Select(p => p.Name));
        foreach (var parameter in function.Parameters)
        {
            if (parameter.Tabular) _scope.Set(parameter.Name.Name, ParameterTable(parameter));
            else _scope.Set(parameter.Name.Name, new NamedScalar(new Literal(TypeOf(parameter.Type!), null)));
        }

        _checking++;
        Body(function);
        _checking--;
        _scope = outer;
    }

    private NamedTable ParameterTable(ParameterDeclaration parameter)
    {
        var columns = parameter.Columns.Select(c => NewColumn(c.Name.Name, TypeOf(c.Type))).ToImmutableArray();
        return new(new(NextId(), parameter.Name.Name, new Rows(columns, []), false), Open: true);
    }

    // A relation or a scalar, or null for an error.
    private object? Body(FunctionDeclaration function)
    {
        if (_calls >= DeepestCalls || !Spend()) return null;
        _calls++;
        foreach (var statement in function.Statements)
        {
            if (statement is QueryStatement query) Table(query.Query);
            else Declare(statement);
        }

        object? result = null;
        if (function.Body is { } body) result = IsTable(body) ? Table(body) : Value(body, RowScope.None);
        else diagnostics.Add("KS006", "Missing expression", Math.Max(function.Start, function.End - 1), 0, "a function ends with the expression that it returns");
        _calls--;
        return result;
    }

    private Relation? FunctionTable(NamedFunction function, ImmutableArray<Expr> arguments, NameExpr at)
    {
        switch (Invoke(function, arguments, null, RowScope.None, at))
        {
            case Relation relation:
                return relation;
            case Scalar { Type: not KqlType.Unknown }:
                diagnostics.Add("KS111", "Tabular value expected.", at.Start, at.Length);
                return null;
            default:
                return null;
        }
    }

    /// <summary>A call: arguments by position or by name, defaults for what is left out.</summary>
    private object? Invoke(NamedFunction function, ImmutableArray<Expr> arguments, Relation? piped, RowScope rows, NameExpr at)
    {
        var parameters = function.Declaration.Parameters;
        var given = new object?[parameters.Length];
        var next = 0;
        if (piped is not null)
        {
            if (parameters.Length == 0 || !parameters[0].Tabular)
            {
                diagnostics.Add("KS111", "Tabular value expected.", at.Start, at.Length, "invoke hands the rows to the first parameter, which must be a table: (T:(*))");
                return null;
            }

            given[next++] = NamedFrom(piped);
        }

        foreach (var argument in arguments)
        {
            var index = argument is NamedExpr { Names: [var name] } && parameters.Any(p => p.Name.Name == name.Name)
                ? parameters.ToList().FindIndex(p => p.Name.Name == name.Name) : next++;
            if (index >= parameters.Length) continue;
            given[index] = Argument(parameters[index], Positional(argument), rows);
        }

        if (next > parameters.Length) return WrongCount(function, at);
        var outer = _scope;
        var inner = new Scope(function.Closure);
        for (var i = 0; i < parameters.Length; i++)
        {
            _scope = function.Closure;
            given[i] ??= parameters[i].Default is { } byDefault ? Argument(parameters[i], byDefault, RowScope.None) : null;
            if (given[i] is not Named named)
            {
                _scope = outer;
                return WrongCount(function, at);
            }

            inner.Set(parameters[i].Name.Name, named);
        }

        _scope = inner;
        if (_calls >= DeepestCalls) diagnostics.Add("KS245", $"Query syntax depth exceeds maximum safe limit ({DeepestCalls} calls). Semantic analysis not performed.", at.Start, at.Length);
        var result = Body(function.Declaration);
        _scope = outer;
        return result;
    }

    private Scalar? WrongCount(NamedFunction function, NameExpr at)
    {
        var count = function.Declaration.Parameters.Length;
        var expects = count switch { 0 => "no arguments", 1 => "1 argument", _ => $"{count} arguments" };
        diagnostics.Add("KS119", $"The function '{function.Name}' expects {expects}.", at.Start, at.Length);
        return null;
    }

    private Named? Argument(ParameterDeclaration parameter, Expr argument, RowScope rows)
    {
        if (parameter.Tabular) return Table(argument) is { } table ? CheckedTable(parameter, table, argument) : new NamedError();
        var value = Value(argument, rows);
        var type = TypeOf(parameter.Type!);
        if (!KqlTypes.Accepts(type, value.Type))
        {
            diagnostics.Add("KS107", $"A value of type {type.Name()} expected.", argument.Start, argument.Length);
            return new NamedError();
        }

        return new NamedScalar(Converted(value, type));
    }

    private NamedTable CheckedTable(ParameterDeclaration parameter, Relation table, Expr argument)
    {
        var missing = parameter.Columns.FirstOrDefault(c => !table.Columns.Any(t => t.Name == c.Name.Name && KqlTypes.Accepts(TypeOf(c.Type), t.Type)));
        if (missing is not null && !_open.Contains(table))
            diagnostics.Add("KS249", "The tabular value does not have the required columns.", argument.Start, argument.Length, $"'{missing.Name.Name}' of type {missing.Type.Name} is missing");
        return NamedFrom(table);
    }

    private NamedTable NamedFrom(Relation table) => new(new(NextId(), "", table, false), _open.Contains(table));
}
