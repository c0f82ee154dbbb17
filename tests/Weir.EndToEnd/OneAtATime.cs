namespace Weir.EndToEnd;

/// <summary>The collection of every test here: two labs at once would starve each other on a machine of two cores.</summary>
internal static class OneAtATime
{
    public const string Name = "one lab at a time";
}
