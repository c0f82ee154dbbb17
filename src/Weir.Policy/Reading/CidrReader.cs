using System.Globalization;
using Weir.Model;
using Weir.Policy.Rules;

namespace Weir.Policy.Reading;

/// <summary>Reads <c>fromCIDR</c>, <c>fromCIDRSet</c> and <c>ipBlock</c>.</summary>
internal static class CidrReader
{
    /// <summary>A range, or an address alone.</summary>
    public static CidrRule? Read(Field field) => Prefix(field) is { } prefix ? new CidrRule(prefix, []) : null;

    /// <summary>An item of a CIDR set.</summary>
    public static CidrRule? ReadSet(Field field)
    {
        if (!field.IsObject()) return null;
        field.Only("cidr", "cidrGroupRef", "cidrGroupSelector", "except");
        Field cidr = field["cidr"], name = field["cidrGroupRef"], selector = field["cidrGroupSelector"];
        var range = cidr.IsMissing ? null : Prefix(cidr, requireLength: true);
        var given = (cidr.IsMissing ? 0 : 1) + (string.IsNullOrEmpty(name.Text()) ? 0 : 1) + (selector.IsMissing ? 0 : 1);
        if (given != 1)
        {
            field.Invalid(given == 0
                ? "One of cidr, cidrGroupRef or cidrGroupSelector is needed."
                : "Only one of cidr, cidrGroupRef and cidrGroupSelector may be set; make an item of each.");
        }

        return new CidrRule(range, Excepts(field["except"], range))
        {
            GroupName = name.IsMissing ? null : name.Text(),
            GroupSelector = selector.IsMissing ? null : SelectorReader.Read(selector),
        };
    }

    /// <summary>A NetworkPolicy's block.</summary>
    public static CidrRule? ReadBlock(Field field)
    {
        if (!field.IsObject()) return null;
        field.Only("cidr", "except");
        var range = Prefix(field["cidr"], requireLength: true);
        return range is null ? null : new CidrRule(range, Excepts(field["except"], range));
    }

    private static List<IpPrefix> Excepts(Field field, IpPrefix? range)
    {
        List<IpPrefix> list = [];
        foreach (var item in field.Items() ?? [])
        {
            if (Prefix(item, requireLength: true) is not { } except) continue;
            list.Add(except);
            if (range is { } outer && !outer.Contains(except))
                item.Invalid($"{except} does not lie in {outer}, so there is nothing to except. Give a part of {outer}.");
        }

        return list;
    }

    private static IpPrefix? Prefix(Field field, bool requireLength = false)
    {
        var text = field.Text();
        if (text is null)
        {
            if (field.IsMissing) field.Invalid("An address range is missing: expected a CIDR such as 10.0.0.0/8.");
            return null;
        }

        if (IpPrefix.TryParse(text, out var prefix) && HasPlainLength(text) && (!requireLength || text.Contains('/', StringComparison.Ordinal)))
            return prefix;
        field.Invalid($"'{text}' is no address range: expected a CIDR such as 10.0.0.0/8 or 2001:db8::/32.");
        return null;
    }

    // "10.0.0.0/08" means different things to different readers.
    private static bool HasPlainLength(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 || (int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            && text.AsSpan(slash + 1).SequenceEqual(n.ToString(CultureInfo.InvariantCulture)));
    }
}
