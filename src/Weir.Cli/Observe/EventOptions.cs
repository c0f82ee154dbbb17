using System.CommandLine;
using Weir.Observe.Printing;

namespace Weir.Cli.Observe;

/// <summary>The flags that every kind of event shares: how many, of which time, and how they are printed.</summary>
internal sealed class EventOptions
{
    private readonly Option<bool> _all = new("--all") { Description = "Everything that the observers still hold" };
    private readonly Option<ulong> _last = new("--last") { Description = "The last N that match (20 where nothing else is asked); of a relay, N of each node" };
    private readonly Option<ulong> _first = new("--first") { Description = "The first N that match" };
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on with what comes" };
    private readonly Option<string?> _since = new("--since") { Description = "From this time on: 5m, 1h30m, 2026-03-01T10:00:00Z" };
    private readonly Option<string?> _until = new("--until") { Description = "Up to this time" };
    private readonly Option<string> _output = new("--output", "-o") { DefaultValueFactory = _ => "compact" };
    private readonly Option<bool> _node = new("--print-node-name") { Description = "Print the node's name" };
    private readonly Option<string> _timeFormat = new("--time-format") { Description = string.Join(", ", TimeText.Formats), DefaultValueFactory = _ => "StampMilli" };
    private readonly Option<bool> _silent = new("--silent-errors", "-s") { Description = "Say nothing of errors and warnings" };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command, IReadOnlyList<string> formats)
    {
        _output.Description = $"One of {string.Join(", ", formats)}";
        _output.CompletionSources.Add([.. formats]);
        _timeFormat.CompletionSources.Add([.. TimeText.Formats]);
        foreach (var option in (Option[])[_all, _last, _first, _follow, _since, _until, _output, _node, _timeFormat, _silent]) command.Add(option);
    }

    /// <summary>How many, and of which time.</summary>
    public FlowRequest.Choice Choose(ParseResult parsed, bool isSaved) => new(
        parsed.GetValue(_follow), parsed.GetValue(_last), parsed.GetValue(_first), parsed.GetValue(_all), parsed.GetValue(_since), parsed.GetValue(_until), isSaved);

    /// <summary>The format's name.</summary>
    public string Format(ParseResult parsed) => parsed.GetValue(_output)!;

    /// <summary>How times are written.</summary>
    public string TimeFormat(ParseResult parsed) => parsed.GetValue(_timeFormat)!;

    /// <summary>Whether the node's name is printed.</summary>
    public bool PrintsNode(ParseResult parsed) => parsed.GetValue(_node);

    /// <summary>Whether errors and warnings are kept quiet.</summary>
    public bool IsSilent(ParseResult parsed) => parsed.GetValue(_silent);
}
