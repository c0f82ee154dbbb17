using System.Collections.Immutable;

namespace Weir.Kql.Syntax;

/// <summary>search, find and scan.</summary>
internal sealed partial class Parser
{
    private SearchOperator Search(Token keyword)
    {
        var tables = InTables();
        return new(keyword, tables, Expression());
    }

    private ImmutableArray<Expr> InTables()
    {
        if (!TryTake("in")) return [];
        Expect("(");
        var tables = Patterns(UnionTable, ")");
        Expect(")");
        return tables;
    }

    private FindOperator Find(Token keyword)
    {
        var tables = InTables();
        TryTake("where");
        var predicate = Expression();
        if (TryTake("project-smart") || !Current.Is("project")) return new(keyword, tables, predicate, [], false);
        _at++;
        var project = Separated(
            () =>
            {
                var value = DeclaredName();
                if (TryTake(":")) TypeName();
                return (Expr)value;
            },
            "");
        return new(keyword, tables, predicate, project, true);
    }

    private ScanOperator Scan(Token keyword)
    {
        ImmutableArray<OrderedExpr> order = [];
        ImmutableArray<Expr> partition = [];
        if (TryTake("order"))
        {
            Expect("by");
            order = Separated(Ordered, "");
        }

        if (TryTake("partition"))
        {
            Expect("by");
            partition = Separated(() => Expression(), "");
        }

        ImmutableArray<ColumnDeclaration> declared = [];
        if (TryTake("declare"))
        {
            Expect("(");
            declared = Separated(() => ColumnDeclaration(withDefault: true), ")");
            Expect(")");
        }

        Expect("with");
        Expect("(");
        var steps = ImmutableArray.CreateBuilder<ScanStepNode>();
        while (TryTake("step"))
        {
            steps.Add(ScanStep());
            if (!TryTake(";")) break;
        }

        if (steps.Count == 0) Expected("step");
        Expect(")");
        return new(keyword, order, partition, declared, steps.ToImmutable(), null);
    }

    private ScanStepNode ScanStep()
    {
        var name = DeclaredName();
        var optional = TryTake("optional");
        var output = "all";
        if (TryTake("output"))
        {
            Expect("=");
            output = Take().Text;
        }

        Expect(":");
        var condition = Expression();
        return new(name, optional, output, condition, TryTake("=>") ? Separated(Item, "") : []);
    }
}
