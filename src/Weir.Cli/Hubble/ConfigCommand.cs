using System.CommandLine;
using Weir.Cli.Observe;

namespace Weir.Cli.Hubble;

/// <summary><c>weir config</c>: remembers how to reach an observer, as <c>hubble config</c> does.</summary>
internal static class ConfigCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var key = new Argument<string?>("KEY") { Arity = ArgumentArity.ZeroOrOne, Description = "One of " + string.Join(", ", Settings.Keys.Keys) };
        var setKey = new Argument<string>("KEY") { Description = key.Description };
        var value = new Argument<string?>("VALUE") { Arity = ArgumentArity.ZeroOrOne, Description = "Its value; without one the key is forgotten" };
        var resetKey = new Argument<string?>("KEY") { Arity = ArgumentArity.ZeroOrOne, Description = key.Description };
        key.CompletionSources.Add([.. Settings.Keys.Keys]);
        setKey.CompletionSources.Add([.. Settings.Keys.Keys]);

        var get = new Command("get", "Show one value, or all") { key };
        get.SetAction(parsed => Guarded(parsed, settings => parsed.InvocationConfiguration.Output.Write(
            parsed.GetValue(key) is not { } name ? settings.View()
            : Settings.Keys.ContainsKey(name) ? string.Join('\n', settings.All(name)) + "\n"
            : throw new UsageException($"unknown key: {name}. The keys are {string.Join(", ", Settings.Keys.Keys)}."))));
        var set = new Command("set", "Remember a value") { setKey, value };
        set.SetAction(parsed => Guarded(parsed, settings => settings.Set(parsed.GetValue(setKey)!, parsed.GetValue(value))));
        var reset = new Command("reset", "Forget one value, or all") { resetKey };
        reset.SetAction(parsed => Guarded(parsed, settings =>
        {
            if (parsed.GetValue(resetKey) is { } name) settings.Set(name, null);
            else settings.Reset();
        }));
        var view = new Command("view", "Show what is in force, of flags' defaults, file and environment");
        view.SetAction(parsed => Guarded(parsed, settings => parsed.InvocationConfiguration.Output.Write(settings.View())));
        return new Command("config", "Remember how to reach an observer (WEIR_CONFIG, else ~/.config/weir/config.yaml)") { get, set, reset, view };
    }

    private static int Guarded(ParseResult parsed, Action<Settings> run)
    {
        try
        {
            run(Settings.Load());
            return 0;
        }
        catch (UsageException e)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"weir config: {e.Message}");
            return CommandRun.Misused;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"weir config: {e.Message}");
            return 1;
        }
    }
}
