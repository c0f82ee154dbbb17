using System.Globalization;
using Weir.Kql.Plan;

namespace Weir.Kql.Sql;

/// <summary>Paths into dynamic values as lists of members: <c>SourceWorkloads[0].name</c> is 0, name.</summary>
internal static class PathNames
{
    // Between the parts of a joined name; no member of a stored path has it.
    private const char Separator = '\u001f';

    /// <summary>The members of a chain, from the outside in; null when a key is computed.</summary>
    public static IReadOnlyList<string>? Of(Scalar value, out Scalar root)
    {
        var names = new List<string>();
        for (root = value; root is Member or Element;)
        {
            switch (root)
            {
                case Member member:
                    names.Add(member.Name);
                    root = member.Value;
                    break;
                case Element { Key: Literal { Value: string or long or int } key } element:
                    names.Add(System.Convert.ToString(key.Value, CultureInfo.InvariantCulture)!);
                    root = element.Value;
                    break;
                default:
                    return null;
            }
        }

        names.Reverse();
        return names;
    }

    /// <summary>A column and a path in one name.</summary>
    public static string Join(string column, IReadOnlyList<string> path) => string.Join(Separator, [column, .. path]);

    /// <summary>The stored value behind a name, joined or not.</summary>
    public static StoredValue Find(StoredTable table, string name)
    {
        var parts = name.Split(Separator);
        return parts.Length == 1 ? table.Column(name) : table.Path(parts[0], parts[1..])!;
    }
}
