using System.Text;

namespace Weir.Cli.Observe;

/// <summary>What <c>weir config</c> remembers: how to reach an observer. A flag goes before the environment, that before the file.</summary>
internal sealed class Settings
{
    private readonly SortedDictionary<string, List<string>> _file;

    private Settings(string path, SortedDictionary<string, List<string>> file) => (Path, _file) = (path, file);

    /// <summary>Every key, with its default.</summary>
    public static IReadOnlyDictionary<string, string> Keys { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["basic-auth-password"] = "", ["basic-auth-username"] = "", ["kube-context"] = "", ["kube-namespace"] = "kube-system", ["kubeconfig"] = "",
        ["port-forward"] = "false", ["port-forward-port"] = "4245", ["request-timeout"] = "12s", ["server"] = "", ["timeout"] = "5s", ["tls"] = "false",
        ["tls-allow-insecure"] = "false", ["tls-ca-cert-files"] = "[]", ["tls-client-cert-file"] = "", ["tls-client-key-file"] = "", ["tls-server-name"] = "",
    };

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Reads the file; one that is not there is empty.</summary>
    /// <exception cref="UsageException">It is no such file.</exception>
    public static Settings Load(string? path = null)
    {
        path ??= Environment.GetEnvironmentVariable("WEIR_CONFIG") ?? System.IO.Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "weir", "config.yaml");
        var file = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        if (!File.Exists(path)) return new Settings(path, file);
        List<string>? list = null;
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#') continue;
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (text.StartsWith("- ", StringComparison.Ordinal) && list is not null)
            {
                list.Add(Unquoted(text[2..]));
                continue;
            }

            if (colon <= 0) throw new UsageException($"{path}, line {number}: '{text}' is no setting; write key: value.");
            list = file[text[..colon]] = [];
            if (text[(colon + 1)..].Trim() is { Length: > 0 } value && value != "[]") list.Add(Unquoted(value));
        }

        return new Settings(path, file);
    }

    /// <summary>The values of a key: of the environment (WEIR_TLS, else HUBBLE_TLS), of the file, or the default; commas part them.</summary>
    public IReadOnlyList<string> All(string key)
    {
        var variable = key.ToUpperInvariant().Replace('-', '_');
        var set = Environment.GetEnvironmentVariable("WEIR_" + variable) ?? Environment.GetEnvironmentVariable("HUBBLE_" + variable);
        if (set is not null) return set.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (_file.TryGetValue(key, out var known)) return known;
        return Keys[key] is "" or "[]" ? [] : [Keys[key]];
    }

    /// <summary>The value of a key; empty where there is none.</summary>
    public string One(string key) => All(key).FirstOrDefault("");

    /// <summary>Sets a key, or forgets it; then writes the file.</summary>
    /// <exception cref="UsageException">There is no such key.</exception>
    public void Set(string key, string? value)
    {
        if (!Keys.ContainsKey(key)) throw new UsageException($"unknown key: {key}. The keys are {string.Join(", ", Keys.Keys)}.");
        if (string.IsNullOrEmpty(value)) _file.Remove(key);
        else if (Keys[key] is "true" or "false" && value is not ("true" or "false")) throw new UsageException($"{key} is true or false, and not '{value}'.");
        else _file[key] = [.. Keys[key] == "[]" ? value.Trim('[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries) : [value]];
        Write();
    }

    /// <summary>Forgets every key.</summary>
    public void Reset()
    {
        _file.Clear();
        Write();
    }

    /// <summary>What is in force, as YAML.</summary>
    public string View()
    {
        var text = new StringBuilder();
        foreach (var key in Keys.Keys) Append(text, key, All(key), Keys[key] == "[]");
        return text.ToString();
    }

    private void Write()
    {
        var text = new StringBuilder();
        foreach (var (key, values) in _file) Append(text, key, values, Keys.GetValueOrDefault(key) == "[]");
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);
        File.WriteAllText(Path, text.ToString());
    }

    private static void Append(StringBuilder text, string key, IReadOnlyList<string> values, bool isList)
    {
        text.Append(key).Append(':');
        if (!isList) text.Append(' ').Append(values.Count == 0 ? "\"\"" : values[0]).Append('\n');
        else if (values.Count == 0) text.Append(" []\n");
        else text.Append('\n').AppendJoin("", values.Select(v => $"- {v}\n"));
    }

    private static string Unquoted(string text) => text.Trim().Trim('"', '\'');
}
