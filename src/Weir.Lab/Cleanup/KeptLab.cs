namespace Weir.Lab.Cleanup;

/// <summary>The mark of a lab whose folder another can go on with after a crash: what it was built as, and when it was taken over.</summary>
/// <remarks>The mark is made when the lab is whole; one that was killed before is swept like any other.</remarks>
public static class KeptLab
{
    private const int MostTimes = 3;
    private static readonly TimeSpan _lately = TimeSpan.FromMinutes(5);

    /// <summary>Where the state is that outlives the process.</summary>
    public static string StateFolder(string runFolder) => Path.Combine(runFolder, "state");

    /// <summary>Whether there is anything to go on with.</summary>
    public static bool Exists(string runFolder) => File.Exists(PathOf(runFolder));

    /// <summary>Whether it may be started again by itself: not when it was several times within minutes, since then it dies of itself.</summary>
    public static bool MayStartAgain(string runFolder, TimeProvider time) =>
        Exists(runFolder) && TimesOf(runFolder).Count(t => time.GetUtcNow() - t < _lately) < MostTimes;

    /// <summary>Whether it was built as this one is to be.</summary>
    /// <param name="runFolder">The lab's folder.</param>
    /// <param name="datapath">What decides its packets.</param>
    /// <param name="nodes">How many nodes.</param>
    internal static bool Fits(string runFolder, string datapath, int nodes) =>
        Exists(runFolder) && File.ReadAllLines(PathOf(runFolder))[0] == Shape(datapath, nodes);

    /// <summary>Makes the mark, which is the last that a start does.</summary>
    internal static void Mark(string runFolder, string datapath, int nodes) =>
        File.WriteAllText(PathOf(runFolder), Shape(datapath, nodes) + "\n");

    /// <summary>Notes that it is taken over.</summary>
    internal static void NoteResumed(string runFolder, TimeProvider time) =>
        File.AppendAllText(PathOf(runFolder), time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) + "\n");

    private static IEnumerable<DateTimeOffset> TimesOf(string runFolder) =>
        File.ReadAllLines(PathOf(runFolder)).Skip(1).Select(line => DateTimeOffset.TryParse(line, CultureInfo.InvariantCulture, out var time) ? time : DateTimeOffset.MinValue);

    private static string Shape(string datapath, int nodes) => string.Create(CultureInfo.InvariantCulture, $"{datapath} {nodes}");

    private static string PathOf(string runFolder) => Path.Combine(StateFolder(runFolder), "whole");
}
