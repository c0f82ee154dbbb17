using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Weir.Policy.Documents;

/// <summary>Turns YAML (and so JSON) text into document nodes, with bounds on what hostile text can cost.</summary>
public static class YamlNodes
{
    /// <summary>The longest text that is read, in characters.</summary>
    public const int MaxLength = 10 * 1024 * 1024;

    /// <summary>The deepest nesting that is read.</summary>
    public const int MaxDepth = 64;

    /// <summary>The most nodes that one text may have once its aliases are followed.</summary>
    public const int MaxNodes = 1_000_000;

    /// <summary>Reads every document of a text; documents without content are left out.</summary>
    /// <param name="text">The text.</param>
    /// <param name="problems">Receives what is wrong with it; then the documents before the place are returned.</param>
    public static IReadOnlyList<DocumentNode> Read(string text, ICollection<PolicyProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(problems);
        List<DocumentNode> documents = [];
        if (text.Length > MaxLength)
        {
            problems.Add(Fault(Mark.Empty, $"The text has {text.Length} characters; at most {MaxLength} are read. Split it."));
            return documents;
        }

        try
        {
            var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
            parser.Consume<StreamStart>();
            while (!parser.TryConsume<StreamEnd>(out _))
            {
                parser.Consume<DocumentStart>();
                var builder = new Builder(parser);
                var node = builder.Next(0);
                parser.Consume<DocumentEnd>();
                if (node.Kind != NodeKind.Null) documents.Add(node);
            }
        }
        catch (YamlException e)
        {
            problems.Add(Fault(e.Start, $"This is no YAML: {Reason(e)}"));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The scanner lets some of its own slips through on broken text; the place is not known then.
            problems.Add(Fault(Mark.Empty, $"This is no YAML: {e.Message}"));
        }

        return documents;
    }

    private static string Reason(YamlException e)
    {
        var message = e.Message;
        var colon = message.IndexOf("): ", StringComparison.Ordinal);
        return colon >= 0 && message.StartsWith('(') ? message[(colon + 3)..] : message;
    }

    private static PolicyProblem Fault(Mark at, string message) =>
        new(ProblemKind.Invalid, "", message) { Line = (int)at.Line, Column = (int)at.Column };

    /// <summary>Builds one document's tree from the parser's events.</summary>
    private sealed class Builder(IParser parser)
    {
        private readonly Dictionary<AnchorName, (DocumentNode Node, int Size)> _anchors = [];
        private int _nodes;

        public DocumentNode Next(int depth)
        {
            if (depth > MaxDepth) throw new SemanticErrorException(parser.Current!.Start, parser.Current.End, $"nested deeper than {MaxDepth} levels.");
            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                if (!_anchors.TryGetValue(alias.Value, out var target)) throw new SemanticErrorException(alias.Start, alias.End, $"the alias *{alias.Value} has no anchor before it.");
                Count(target.Size, alias);
                return target.Node;
            }

            var before = _nodes;
            if (parser.TryConsume<Scalar>(out var scalar))
            {
                Count(1, scalar);
                return Remember(scalar.Anchor, FromScalar(scalar), before);
            }

            if (parser.TryConsume<SequenceStart>(out var list))
            {
                Count(1, list);
                List<DocumentNode> items = [];
                while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Next(depth + 1));
                return Remember(list.Anchor, DocumentNode.List(items, (int)list.Start.Line, (int)list.Start.Column), before);
            }

            var start = parser.Consume<MappingStart>();
            Count(1, start);
            List<KeyValuePair<string, DocumentNode>> fields = [];
            HashSet<string> seen = [];
            while (!parser.TryConsume<MappingEnd>(out var _))
            {
                if (parser.Current is not Scalar) throw new SemanticErrorException(parser.Current!.Start, parser.Current.End, "a key must be a plain word.");
                var key = parser.Consume<Scalar>();
                if (!seen.Add(key.Value)) throw new SemanticErrorException(key.Start, key.End, $"the key '{key.Value}' is written twice.");
                fields.Add(KeyValuePair.Create(key.Value, Next(depth + 1)));
            }

            return Remember(start.Anchor, DocumentNode.Object(fields, (int)start.Start.Line, (int)start.Start.Column), before);
        }

        private DocumentNode Remember(AnchorName anchor, DocumentNode node, int before)
        {
            if (!anchor.IsEmpty) _anchors[anchor] = (node, _nodes - before);
            return node;
        }

        private void Count(int nodes, ParsingEvent at)
        {
            _nodes += nodes;
            if (_nodes > MaxNodes) throw new SemanticErrorException(at.Start, at.End, $"more than {MaxNodes} values once its aliases are followed.");
        }

        private static DocumentNode FromScalar(Scalar scalar)
        {
            int line = (int)scalar.Start.Line, column = (int)scalar.Start.Column;
            var kind = scalar.Style == ScalarStyle.Plain || scalar.Style == ScalarStyle.Any ? KindOf(scalar.Value) : NodeKind.Text;
            if (!scalar.Tag.IsEmpty && scalar.Tag.Value.EndsWith(":str", StringComparison.Ordinal)) kind = NodeKind.Text;
            var text = kind == NodeKind.Boolean ? (IsTrue(scalar.Value) ? "true" : "false") : scalar.Value;
            return DocumentNode.Scalar(kind, kind == NodeKind.Null ? "" : text, line, column);
        }

        private static NodeKind KindOf(string text)
        {
            if (text is "" or "~" or "null" or "Null" or "NULL") return NodeKind.Null;
            if (IsTrue(text) || IsFalse(text)) return NodeKind.Boolean;
            var first = text[0];
            if (!char.IsAsciiDigit(first) && first is not ('+' or '-' or '.')) return NodeKind.Text;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? NodeKind.Number : NodeKind.Text;
        }

        // The words that kubectl's YAML takes for a boolean.
        private static bool IsTrue(string text) => text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON";

        private static bool IsFalse(string text) => text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF";
    }
}
