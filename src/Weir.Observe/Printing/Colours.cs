namespace Weir.Observe.Printing;

/// <summary>The colours of Hubble's output, and what must not pass for them.</summary>
/// <param name="isOn">Whether to colour.</param>
internal sealed class Colours(bool isOn)
{
    private static readonly string[] _ours = ["\e[31m", "\e[32m", "\e[33m", "\e[35m", "\e[36m", "\e[0m"];

    public string Port(string text) => Paint(text, 33);

    public string Host(string text) => Paint(text, 36);

    public string Identity(string text) => Paint(text, 35);

    public string Red(string text) => Paint(text, 31);

    public string Green(string text) => Paint(text, 32);

    public string Yellow(string text) => Paint(text, 33);

    /// <summary>Makes whatever a flow brought along harmless for a terminal; our own colours stay.</summary>
    public string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny('\e', '\r') < 0) return text;
        var safe = new System.Text.StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\r') safe.Append("\\r");
            else if (text[i] != '\e') safe.Append(text[i]);
            else if (isOn && Array.Find(_ours, c => string.CompareOrdinal(text, i, c, 0, c.Length) == 0) is { } colour)
            {
                safe.Append(colour);
                i += colour.Length - 1;
            }
            else safe.Append("^[");
        }

        return safe.ToString();
    }

    private string Paint(string text, int colour) => isOn ? $"\e[{colour}m{text}\e[0m" : text;
}
