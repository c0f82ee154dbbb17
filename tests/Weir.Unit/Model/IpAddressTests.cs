using CsCheck;
using Weir.Model;
using Xunit;

namespace Weir.Unit.Model;

public sealed class IpAddressTests
{
    [Theory]
    [InlineData("10.0.0.10", "10.0.0.10")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("fd00:10:244:1::5", "fd00:10:244:1::5")]
    [InlineData("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7")]
    [InlineData("::ffff:1.2.3.4", "1.2.3.4")]
    public void Prints_what_it_reads_in_the_canonical_form(string text, string canonical) =>
        Assert.Equal(canonical, IpAddress.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.256")]
    [InlineData("10.0.0.010")]
    [InlineData("10.0.0.1 ")]
    [InlineData(":::")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1::2::3")]
    [InlineData("fe80::1%eth0")]
    [InlineData("12345::")]
    public void Refuses(string text) => Assert.False(IpAddress.TryParse(text, out _), text);

    [Fact]
    public void Agrees_with_the_framework_on_every_IPv6_address() =>
        Gen.Byte.Array[16].Sample(bytes =>
        {
            var ours = IpAddress.FromBytes(bytes);
            if (ours.IsIPv4) return true;
            return ours.ToString() == new System.Net.IPAddress(bytes).ToString() && IpAddress.Parse(ours.ToString()) == ours;
        });

    [Fact]
    public void A_prefix_holds_its_own_addresses_and_no_other_family()
    {
        var prefix = IpPrefix.Parse("10.1.2.3/16");

        Assert.Equal("10.1.0.0/16", prefix.ToString());
        Assert.True(prefix.Contains(IpAddress.Parse("10.1.255.255")));
        Assert.False(prefix.Contains(IpAddress.Parse("10.2.0.0")));
        Assert.False(IpPrefix.Parse("::/0").Contains(IpAddress.Parse("10.1.0.0")));
        Assert.False(IpPrefix.Parse("0.0.0.0/0").Contains(IpAddress.Parse("fd00::1")));
    }
}
