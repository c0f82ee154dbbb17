using System.Globalization;

namespace Weir.Hub.Ui.Dashboards.PromQl;

/// <summary>Reads the part of PromQL that dashboards use; what it does not know it refuses by name, with the place.</summary>
/// <remarks>
/// Selectors with matchers, ranges, offsets and @ end(); rate, irate, increase, histogram_quantile, label_replace and a few more functions; sum, avg,
/// min, max, count, topk, bottomk with by and without; arithmetic, comparison, and, or, unless, with on, ignoring and group_left.
/// </remarks>
internal sealed class PromParser
{
    private static readonly string[] _aggregates = ["sum", "avg", "min", "max", "count", "topk", "bottomk"];
    private static readonly string[][] _levels = [["or"], ["and", "unless"], ["==", "!=", ">", "<", ">=", "<="], ["+", "-"], ["*", "/", "%"], ["^"]];
    private readonly List<PromToken> _tokens;
    private int _at;

    private PromParser(List<PromToken> tokens) => _tokens = tokens;

    /// <summary>Reads an expression.</summary>
    /// <exception cref="UiProblem">It cannot be understood, or is more than is known here; says where.</exception>
    public static PromExpr Parse(string text)
    {
        var parser = new PromParser(PromLexer.Read(text));
        var expr = parser.Binary(0);
        if (parser.Here.Kind != PromWord.End) throw parser.Wrong("an operator or the end");
        return expr;
    }

    private PromToken Here => _tokens[_at];

    private PromExpr Binary(int level)
    {
        if (level == _levels.Length) return Unary();
        var left = Binary(level + 1);
        while (_levels[level].Contains(Here.Text) && Here.Kind is PromWord.Sign or PromWord.Name)
        {
            var sign = Take().Text;
            var returnsBool = TryWord("bool");
            var (on, ignoring, isManyToOne) = Matching();

            // Powers belong together from the right.
            var right = sign == "^" ? Binary(level) : Binary(level + 1);
            left = new PromExpr.Binary(sign, left, right, returnsBool, on, ignoring, left.Start, right.Start + right.Length - left.Start) { IsManyToOne = isManyToOne };
        }

        return left;
    }

    private (IReadOnlyList<string>? On, IReadOnlyList<string> Ignoring, bool IsManyToOne) Matching()
    {
        IReadOnlyList<string>? on = null;
        IReadOnlyList<string> ignoring = [];
        if (TryWord("on")) on = Labels();
        else if (TryWord("ignoring")) ignoring = Labels();
        if (Here.Text == "group_right") throw PromLexer.Wrong("group_right is not known here; turn the sides round and use group_left.", Here.Start, Here.Length);
        if (!TryWord("group_left")) return (on, ignoring, false);
        if (Here.Text == "(" && Labels().Count > 0) throw PromLexer.Wrong("group_left with labels is not known here; use it without.", Here.Start, Here.Length);
        return (on, ignoring, true);
    }

    private PromExpr Unary()
    {
        var start = Here.Start;
        if (TrySign("-"))
        {
            var of = Binary(5);
            return new PromExpr.Negative(of, start, of.Start + of.Length - start);
        }

        TrySign("+");
        return Primary();
    }

    private PromExpr Primary()
    {
        var token = Here;
        switch (token.Kind)
        {
            case PromWord.Number:
                _at++;
                return new PromExpr.Number(double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture), token.Start, token.Length);
            case PromWord.Text:
                _at++;
                return new PromExpr.Text(token.Text, token.Start, token.Length);
            case PromWord.Sign when token.Text == "(":
                _at++;
                var inner = Binary(0);
                Expect(")");
                return inner;
            case PromWord.Sign when token.Text == "{":
                return Selector(null);
            case PromWord.Name when _aggregates.Contains(token.Text) && _tokens[_at + 1].Text is "(" or "by" or "without":
                return Aggregate();
            case PromWord.Name when _tokens[_at + 1].Text == "(":
                return Call();
            case PromWord.Name when token.Text.ToLowerInvariant() is "inf" or "nan":
                _at++;
                return new PromExpr.Number(token.Text.StartsWith('i') || token.Text.StartsWith('I') ? double.PositiveInfinity : double.NaN, token.Start, token.Length);
            case PromWord.Name:
                return Selector(Take());
            default:
                throw Wrong("a series, a function or a number");
        }
    }

    private PromExpr.Aggregate Aggregate()
    {
        var name = Take();
        var (labels, isWithout, isGiven) = Grouping();
        Expect("(");
        PromExpr? parameter = null;
        var of = Binary(0);
        if (name.Text is "topk" or "bottomk")
        {
            parameter = of;
            Expect(",");
            of = Binary(0);
        }

        var end = Expect(")");
        if (!isGiven) (labels, isWithout, _) = Grouping();
        return new PromExpr.Aggregate(name.Text, of, parameter, labels, isWithout, name.Start, end.Start + end.Length - name.Start);
    }

    private (IReadOnlyList<string> Labels, bool IsWithout, bool IsGiven) Grouping() =>
        TryWord("by") ? (Labels(), false, true) : TryWord("without") ? (Labels(), true, true) : ([], false, false);

    private PromExpr.Call Call()
    {
        var name = Take();
        if (!PromFunctions.Arguments.TryGetValue(name.Text, out var wanted))
            throw PromLexer.Wrong($"'{name.Text}' is no function that is known here. Known are {string.Join(", ", PromFunctions.Arguments.Keys.Order(StringComparer.Ordinal))}; with a Prometheus (weir hub --prometheus) all are.", name.Start, name.Length);
        Expect("(");
        List<PromExpr> arguments = [];
        while (Here.Text != ")" || Here.Kind == PromWord.Text)
        {
            if (arguments.Count > 0) Expect(",");
            arguments.Add(Binary(0));
        }

        var end = Expect(")");
        if (arguments.Count != wanted) throw PromLexer.Wrong($"{name.Text} wants {wanted} argument{(wanted == 1 ? "" : "s")}, not {arguments.Count}.", name.Start, end.Start + end.Length - name.Start);
        if (PromFunctions.OverRange.Contains(name.Text) && arguments[0] is not PromExpr.Selector { Range: not null })
            throw PromLexer.Wrong($"{name.Text} wants series over a time, such as {name.Text}(hubble_drop_total[5m]).", arguments[0].Start, arguments[0].Length);
        return new PromExpr.Call(name.Text, arguments, name.Start, end.Start + end.Length - name.Start);
    }

    private PromExpr.Selector Selector(PromToken? name)
    {
        var start = name?.Start ?? Here.Start;
        List<PromMatcher> matchers = name is { } metric ? [new PromMatcher(PromLabels.Name, "=", metric.Text)] : [];
        if (TrySign("{"))
        {
            while (Here.Text != "}" || Here.Kind == PromWord.Text)
            {
                matchers.Add(Matcher());
                if (Here.Text != "}") Expect(",");
            }

            Expect("}");
        }

        if (matchers.Count == 0) throw PromLexer.Wrong("The selector chooses everything; name a metric.", start, 2);
        TimeSpan? range = null;
        if (TrySign("["))
        {
            range = Duration();
            if (Here.Text == ":") throw PromLexer.Wrong("Subqueries are not known here.", Here.Start, Here.Length);
            Expect("]");
        }

        var isAtEnd = TrySign("@");
        if (isAtEnd)
        {
            if (!TryWord("end")) throw Wrong("end(), which is all that is known here behind @");
            Expect("(");
            Expect(")");
        }

        var offset = TryWord("offset") ? Duration() : TimeSpan.Zero;
        var last = _tokens[_at - 1];
        return new PromExpr.Selector(matchers, range, offset, isAtEnd, start, last.Start + last.Length - start);
    }

    private PromMatcher Matcher()
    {
        var label = Here.Kind == PromWord.Name ? Take() : throw Wrong("a label");
        var sign = Here.Text is "=" or "!=" or "=~" or "!~" && Here.Kind == PromWord.Sign ? Take() : throw Wrong("=, !=, =~ or !~");
        var value = Here.Kind == PromWord.Text ? Take() : throw Wrong("a value in quotes");
        try
        {
            return new PromMatcher(label.Text, sign.Text, value.Text);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw PromLexer.Wrong($"'{value.Text}' is no regular expression that can be matched in linear time: {e.Message}", value.Start, value.Length);
        }
    }

    private List<string> Labels()
    {
        Expect("(");
        List<string> labels = [];
        while (Here.Text != ")")
        {
            labels.Add(Here.Kind == PromWord.Name ? Take().Text : throw Wrong("a label"));
            if (Here.Text != ")") Expect(",");
        }

        Expect(")");
        return labels;
    }

    private TimeSpan Duration() => Here.Kind == PromWord.Duration ? PromLexer.Duration(Take().Text) : throw Wrong("a length of time such as 5m");

    private PromToken Take() => _tokens[_at++];

    private bool TryWord(string word)
    {
        if (Here.Kind != PromWord.Name || Here.Text != word) return false;
        _at++;
        return true;
    }

    private bool TrySign(string sign)
    {
        if (Here.Kind != PromWord.Sign || Here.Text != sign) return false;
        _at++;
        return true;
    }

    private PromToken Expect(string sign) => Here.Kind == PromWord.Sign && Here.Text == sign ? Take() : throw Wrong($"'{sign}'");

    private UiProblem Wrong(string wanted) =>
        PromLexer.Wrong($"Expected {wanted}, found {(Here.Kind == PromWord.End ? "the end" : $"'{Here.Text}'")}.", Here.Start, Math.Max(1, Here.Length));
}
