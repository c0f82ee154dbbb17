using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Weir.Kql.Plan;
using Weir.Kql.Types;

namespace Weir.Kql.Syntax;

/// <summary>The JSON inside <c>dynamic(…)</c>, where Kusto's own literals may stand too.</summary>
internal sealed partial class Parser
{
    private static readonly JsonSerializerOptions _json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private LiteralExpr DynamicLiteral()
    {
        var start = Take().Start;
        Expect("(");
        var json = new StringBuilder();
        JsonValue(json);
        Expect(")");
        var text = json.ToString();
        return new LiteralExpr(start, LastEnd, new Literal(KqlType.Dynamic, text is "null" or "" ? null : text));
    }

    private void JsonValue(StringBuilder json)
    {
        if (!Enter())
        {
            _depth--;
            return;
        }

        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.String:
                json.Append(JsonSerializer.Serialize((string)Strings().Value.Value!, _json));
                break;
            case TokenKind.Literal:
                _at++;
                JsonText.Append(json, token.Value!);
                break;
            case TokenKind.Symbol when token.Text is "-" or "+" && Following.Kind == TokenKind.Literal:
                _at++;
                var number = Take().Value!;
                // The least long was read with its sign: its digits alone are one too many for a long.
                if (token.Text == "-" && number.Value is not long.MinValue) json.Append('-');
                JsonText.Append(json, number);
                break;
            case TokenKind.BracketedName:
                // ["a"] lexes as a bracketed name.
                _at++;
                json.Append('[').Append(JsonSerializer.Serialize(token.Text, _json)).Append(']');
                break;
            case TokenKind.Symbol when token.Text == "[":
                JsonArray(json);
                break;
            case TokenKind.Symbol when token.Text == "{":
                JsonObject(json);
                break;
            case TokenKind.Name when token.Text == "null":
                _at++;
                json.Append("null");
                break;
            case TokenKind.Dynamic:
                var inner = DynamicLiteral();
                json.Append((string?)inner.Value.Value ?? "null");
                break;
            default:
                Missing("json value");
                json.Append("null");
                break;
        }

        _depth--;
    }

    private void JsonArray(StringBuilder json)
    {
        Expect("[");
        json.Append('[');
        if (!Current.Is("]"))
        {
            JsonValue(json);
            while (TryTake(","))
            {
                json.Append(',');
                JsonValue(json);
            }
        }

        Expect("]");
        json.Append(']');
    }

    private void JsonObject(StringBuilder json)
    {
        Expect("{");
        json.Append('{');
        var first = true;
        while (!Current.Is("}"))
        {
            if (!first)
            {
                if (!Expect(",")) break;
                json.Append(',');
            }

            first = false;
            if (Current.Kind is not (TokenKind.String or TokenKind.Name))
            {
                Missing("json pair");
                json.Append("\"\":null");
                break;
            }

            var name = Take();
            json.Append(JsonSerializer.Serialize(name.Value?.Value as string ?? name.Text, _json));
            Expect(":");
            json.Append(':');
            JsonValue(json);
        }

        Expect("}");
        json.Append('}');
    }
}
