namespace Weir.Workloads.Probes;

/// <summary>Reads a command line as getopt_long does: short options may be joined and carry their value, long ones take <c>=value</c>.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    private Options()
    {
    }

    /// <summary>What is no option, in order.</summary>
    public List<string> Operands { get; } = [];

    /// <summary>What is wrong with the command line, as getopt says it; null when nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads a command line.</summary>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="shortOptions">As for getopt: a letter with ':' after it takes a value.</param>
    /// <param name="longOptions">Name to the short letter it stands for, or to a name of its own; a trailing ':' takes a value.</param>
    public static Options Parse(IReadOnlyList<string> arguments, string shortOptions, IReadOnlyDictionary<string, string> longOptions)
    {
        var read = new Options();
        for (var i = 0; i < arguments.Count && read.Problem is null; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                read.Operands.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (argument.StartsWith("--", StringComparison.Ordinal)) read.Long(argument[2..], arguments, ref i, longOptions);
            else if (argument.Length > 1 && argument[0] == '-') read.Short(argument, arguments, ref i, shortOptions);
            else read.Operands.Add(argument);
        }

        return read;
    }

    /// <summary>Whether the option was given.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The last value of the option; null without it.</summary>
    public string? Value(string name) => _values.TryGetValue(name, out var values) ? values[^1] : null;

    /// <summary>All values of the option.</summary>
    public IReadOnlyList<string> Values(string name) => _values.TryGetValue(name, out var values) ? values : [];

    private void Long(string text, IReadOnlyList<string> arguments, ref int i, IReadOnlyDictionary<string, string> longOptions)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals];
        if (!longOptions.TryGetValue(name, out var option))
        {
            Problem = $"unrecognized option '--{name}'";
            return;
        }

        if (!option.EndsWith(':'))
        {
            if (equals >= 0) Problem = $"option '--{name}' doesn't allow an argument";
            Add(option, "");
        }
        else if (equals >= 0)
        {
            Add(option[..^1], text[(equals + 1)..]);
        }
        else if (i + 1 < arguments.Count)
        {
            Add(option[..^1], arguments[++i]);
        }
        else
        {
            Problem = $"option '--{name}' requires an argument";
        }
    }

    private void Short(string text, IReadOnlyList<string> arguments, ref int i, string shortOptions)
    {
        for (var at = 1; at < text.Length; at++)
        {
            var known = text[at] == ':' ? -1 : shortOptions.IndexOf(text[at], StringComparison.Ordinal);
            if (known < 0)
            {
                Problem = $"unrecognized option: {text[at]}";
                return;
            }

            var name = text[at].ToString();
            if (known + 1 >= shortOptions.Length || shortOptions[known + 1] != ':')
            {
                Add(name, "");
                continue;
            }

            if (at + 1 < text.Length) Add(name, text[(at + 1)..]);
            else if (i + 1 < arguments.Count) Add(name, arguments[++i]);
            else Problem = $"option requires an argument: {name}";
            return;
        }
    }

    private void Add(string name, string value)
    {
        if (!_values.TryGetValue(name, out var values)) _values[name] = values = [];
        values.Add(value);
    }
}
