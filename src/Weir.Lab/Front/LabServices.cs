namespace Weir.Lab.Front;

/// <summary>What a lab serves to its machine, by name; kept in a file of the lab's folder, from which other processes read it.</summary>
/// <remarks>One line a thing: <c>NAME ADDRESS</c>, the address a URL, <c>HOST:PORT</c>, a file or a secret. Readable by the lab's owner alone.</remarks>
public sealed class LabServices
{
    private const string KubeconfigName = "kubeconfig";
    private readonly List<(string Name, string Address)> _all;

    private LabServices(string runFolder, IEnumerable<(string, string)> all) => (RunFolder, _all) = (runFolder, [.. all]);

    /// <summary>The lab's folder.</summary>
    public string RunFolder { get; }

    /// <summary>Everything, in the order in which it was added.</summary>
    public IReadOnlyList<(string Name, string Address)> All => _all;

    /// <summary>The kubeconfig's path.</summary>
    public string KubeconfigPath => KubeconfigOf(RunFolder);

    /// <summary>The process that serves it all; 0 when it is not published yet.</summary>
    public int ProcessId => int.TryParse(Find("process"), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;

    /// <summary>What to show a person: the line for the shell first, then one line a thing.</summary>
    public IEnumerable<string> Lines => _all.Select(s => $"{s.Name} {s.Address}").Prepend($"export KUBECONFIG={KubeconfigPath}");

    /// <summary>An empty list.</summary>
    public static LabServices Of(string runFolder) => new(runFolder, []);

    /// <summary>The list of a lab that runs, or crashed; null when it has not published one.</summary>
    public static LabServices? Read(string runFolder)
    {
        try
        {
            var lines = File.ReadAllLines(PathOf(runFolder));
            return new LabServices(runFolder, from line in lines let words = line.Split(' ', 2) where words.Length == 2 select (words[0], words[1]));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The kubeconfig of a lab's folder.</summary>
    public static string KubeconfigOf(string runFolder) => Path.Combine(runFolder, KubeconfigName);

    /// <summary>Adds something, or gives it another address.</summary>
    public void Add(string name, string address)
    {
        var at = _all.FindIndex(s => s.Name == name);
        if (at < 0) _all.Add((name, address));
        else _all[at] = (name, address);
    }

    /// <summary>The address of a thing; null when there is none of that name.</summary>
    public string? Find(string name) => _all.Where(s => s.Name == name).Select(s => s.Address).FirstOrDefault();

    /// <summary>The port that a thing has, or had; 0 when there is none.</summary>
    public int PortOf(string name) =>
        Find(name) is { } address && int.TryParse(address[(address.LastIndexOf(':') + 1)..].TrimEnd('/'), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;

    /// <summary>Writes the file: what waits for it knows that all of this answers.</summary>
    public void Publish()
    {
        Add("process", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        PrivateFile.Write(PathOf(RunFolder), string.Concat(_all.Select(s => $"{s.Name} {s.Address}\n")));
    }

    private static string PathOf(string runFolder) => Path.Combine(runFolder, "services");
}
