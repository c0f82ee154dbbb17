namespace Weir.Kql.Syntax;

/// <summary>What a token is. Words are Name: which of them is a keyword depends on where it stands.</summary>
internal enum TokenKind
{
    End,
    Name,
    BracketedName,
    Literal,
    String,
    Dynamic,
    Symbol,
    Bad,
}

/// <summary>A piece of the text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Offset of its first character.</param>
/// <param name="Length">Number of characters.</param>
/// <param name="Text">The word, symbol or unquoted name.</param>
/// <param name="Value">The value of a literal or string.</param>
internal sealed record Token(TokenKind Kind, int Start, int Length, string Text, Plan.Literal? Value = null)
{
    public int End => Start + Length;

    public bool Is(string text) => Kind is TokenKind.Name or TokenKind.Symbol && Text == text;
}
