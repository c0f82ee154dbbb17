using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Weir.Kql.Catalog;
using Weir.Kql.Diagnostics;
using Weir.Kql.Plan;
using Weir.Kql.Syntax;
using Weir.Kql.Types;

namespace Weir.Kql.Binding;

/// <summary>Statements into a plan: names found, types checked, columns named. Errors are reported and stepped over.</summary>
internal sealed partial class Binder(KqlCatalog catalog, KqlOptions options, DiagnosticBag diagnostics)
{
    private const int MostNodes = 100_000;
    private const int DeepestCalls = 60;
    private static readonly Literal _error = new(KqlType.Unknown, null);
    private readonly HashSet<Relation> _open = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, Literal> _given = new(StringComparer.Ordinal);
    private readonly ImmutableDictionary<string, string>.Builder _settings = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
    private Scope _scope = new(null);
    private RenderRequest? _render;
    private ImmutableArray<ResultTable>? _branches;
    private int _nextId;
    private int _nodes;
    private int _calls;
    private int _checking;
    private bool _gaveUp;
    private bool _unknowable;

    public BoundQuery Bind(ImmutableArray<Statement> statements)
    {
        var tables = ImmutableArray.CreateBuilder<ResultTable>();
        foreach (var statement in statements)
        {
            if (statement is QueryStatement query) tables.AddRange(Results(query.Query));
            else Declare(statement);
        }

        if (tables.Count == 0 && !diagnostics.Any)
            diagnostics.Add("KS006", "Missing query", 0, 0, "write a table's name, or print, range, datatable, after the let statements");
        return new(tables.ToImmutable(), _settings.ToImmutable());
    }

    private ImmutableArray<ResultTable> Results(Expr query)
    {
        _render = null;
        _branches = null;
        if (query is not PipeExpr && ScalarStatement(query) is { } scalar) return [scalar];
        if (query is NameExpr name && _scope.Find(name.Name) is null && catalog.Find(name.Name) is null)
        {
            UnknownName(name, catalog.Tables.Select(t => t.Name).Concat(_scope.Names));
            return [];
        }

        var relation = Table(query);
        if (relation is null) return [];
        return _branches is { } branches ? branches : [new ResultTable("PrimaryResult", relation, _render)];
    }

    // A statement that is an expression alone: an unknown name, or a value (a query must have rows).
    private ResultTable? ScalarStatement(Expr query)
    {
        if (Unwrap(query) is NameExpr or CallExpr or DatatableExpr or PipeExpr or RefusedExpr or MissingExpr or PathExpr) return null;
        var value = Value(query, RowScope.None);
        if (!diagnostics.Any) diagnostics.Add("KS111", "Tabular value expected.", query.Start, query.Length, "write 'print' before it");
        return value is Literal ? null : new("PrimaryResult", new Rows([], []), null);
    }

    private void Declare(Statement statement)
    {
        switch (statement)
        {
            case LetStatement { Function: { } function } let:
                CheckFree(let.Name);
                CheckBody(function);
                _scope.Set(let.Name.Name, new NamedFunction(let.Name.Name, function, _scope));
                break;
            case LetStatement { Value: { } value } let:
                CheckFree(let.Name);
                _scope.Set(let.Name.Name, LetValue(let.Name.Name, value));
                break;
            case SetStatement set:
                _settings[set.Name] = set.Value;
                if (set.Literal is { } literal) _given[set.Name] = literal;
                break;
            case ParametersStatement parameters:
                foreach (var parameter in parameters.Parameters) _scope.Set(parameter.Name.Name, Parameter(parameter));
                break;
            case RefusedStatement refused:
                _unknowable = true;
                NotSupported(refused.What, refused.Start, refused.Length, "write the value with let");
                break;
        }
    }

    private void CheckFree(NameExpr name)
    {
        if (name.Name.Length > 0 && _scope.Declares(name.Name))
            diagnostics.Add("KS201", $"A variable with the name '{name.Name}' has already been declared.", name.Start, name.Length, "give it another name");
    }

    private Named LetValue(string name, Expr value)
    {
        if (IsTable(value))
        {
            var relation = Table(value);
            return relation is null ? new NamedError() : new NamedTable(new(NextId(), name, relation, IsMaterialize(value)), _open.Contains(relation));
        }

        var scalar = Value(value, RowScope.None);
        return scalar.Type == KqlType.Unknown ? new NamedError() : new NamedScalar(scalar);
    }

    private NamedScalar Parameter(ColumnDeclaration parameter)
    {
        var type = TypeOf(parameter.Type);
        if (options.Parameters.TryGetValue(parameter.Name.Name, out var text) && GivenParameter(text, type) is { } given) return new(given);
        if (parameter.Default is not null) return new(Converted(Value(parameter.Default, RowScope.None), type));
        diagnostics.Add("KS189", "Default value expected.", parameter.Name.Start, parameter.Name.Length, $"the request gave no value for '{parameter.Name.Name}'");
        return new(new Literal(type, null));
    }

    private static Literal? GivenParameter(string text, KqlType type)
    {
        if (type == KqlType.String) return new(type, text);
        var tokens = new Lexer(text, new DiagnosticBag()).All();
        return tokens is [{ Value: { } value }, { Kind: TokenKind.End }] && value.Type == type ? value : LiteralReader.Read(type.Name(), text);
    }

    private Column NewColumn(string name, KqlType type) => new(NextId(), name, type);

    private int NextId() => ++_nextId;

    private KqlType TypeOf(NameExpr name)
    {
        if (KqlTypes.TryParse(name.Name, out var type)) return type;
        if (name.Name.Length > 0)
            diagnostics.Add("KS160", $"The name '{name.Name}' is not a valid type name that can be used here.", name.Start, name.Length, NearMiss.Hint(name.Name, KqlTypes.Names) ?? "types are bool, int, long, real, decimal, datetime, timespan, guid, string, dynamic");
        return KqlType.Unknown;
    }

    private void NotSupported(string what, int start, int length, string instead) =>
        diagnostics.Add("WK001", $"'{what}' is not supported: {instead}.", start, length, instead);

    private void UnknownName(NameExpr name, IEnumerable<string> known)
    {
        if (!diagnostics.Full) AddUnknownName(name, known);
    }

    private void AddUnknownName(NameExpr name, IEnumerable<string> known) => diagnostics.Add(
        "KS142", $"The name '{name.Name}' does not refer to any known column, table, variable or function.", name.Start, name.Length, NearMiss.Hint(name.Name, known));

    // Counts what is built, so that functions calling functions end.
    private bool Spend()
    {
        if (++_nodes <= MostNodes && RuntimeHelpers.TryEnsureSufficientExecutionStack()) return true;
        if (!_gaveUp) diagnostics.Add("KS245", $"Query syntax depth exceeds maximum safe limit ({MostNodes} nodes). Semantic analysis not performed.", 0, 0, "call fewer functions from functions");
        _gaveUp = true;
        return false;
    }

    private static Expr Unwrap(Expr expr)
    {
        while (expr is ParenExpr paren) expr = paren.Inner;
        return expr;
    }
}
