using System.Net;
using System.Text;
using Weir.Protocols.Dns;
using Xunit;

namespace Weir.Unit.Workloads;

/// <summary>The forms of answer that a pod gets of cluster DNS, by UDP, of the cluster's names and of the world's.</summary>
public sealed class AnswerFormTests
{
    private const string Search = "search.pets.svc.cluster.local", Orders = "orders.pets.svc.cluster.local";

    private static readonly IPEndPoint s_clusterDns = new(IPAddress.Parse("10.0.0.10"), 53);

    [Theory]
    [InlineData("six.example.net", DnsType.Aaaa, 0, "NoError six.example.net:Aaaa")]
    [InlineData("chain.example.net", DnsType.A, 0, "NoError chain.example.net:CName cdn.example.net:CName edge.example.net:A")]
    [InlineData("none.example.net", DnsType.A, 0, "NameError")]
    [InlineData("edge.example.net", DnsType.Aaaa, 0, "NoError")]
    [InlineData(Search, DnsType.A, 0, "NoError " + Search + ":CName six.example.net:A")]
    [InlineData(Search, DnsType.Aaaa, 1232, "NoError " + Search + ":CName six.example.net:Aaaa")]
    [InlineData(Search, DnsType.CName, 0, "NoError " + Search + ":CName")]
    [InlineData(Orders, DnsType.A, 1232, "NoError " + Orders + ":CName order-service.pets.svc.cluster.local:A")]
    public async Task An_answer_has_the_aliases_on_the_way(string name, DnsType type, int ednsSize, string expected)
    {
        await using var cluster = new SmallCluster().WithNames();
        Assert.Equal(expected, Text(await AskAsync(cluster, name, type, ednsSize)));
    }

    [Theory]
    [InlineData(0, 512)]
    [InlineData(1000, 1000)]
    [InlineData(4096, 1232)]
    public async Task What_has_no_room_in_a_datagram_is_cut_and_no_datagram_is_longer_than_the_asker_takes(int ednsSize, int most)
    {
        await using var cluster = new SmallCluster().WithNames();
        var answer = await AskAsync(cluster, "hundred.example.net", DnsType.A, ednsSize);

        Assert.InRange(answer.Length, DnsHeader.Length, most);
        Assert.StartsWith("NoError cut", Text(answer), StringComparison.Ordinal);
    }

    private static async Task<byte[]> AskAsync(SmallCluster cluster, string name, DnsType type, int ednsSize)
    {
        var query = Query(name, type, ednsSize);
        using var socket = cluster.Network.Host("192.168.1.9").OpenUdp(0);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(TimeSpan.FromSeconds(30));
        var buffer = new byte[65_536];
        while (true)
        {
            await socket.SendAsync(query, s_clusterDns, bound.Token);
            var (length, _) = await socket.ReceiveAsync(buffer, bound.Token);
            DnsHeader.Read(buffer, out var header);
            Assert.Equal(7, header.Id);
            if (header.Code != DnsResponseCode.Refused) return buffer[..length]; // until it has read its zone it knows nobody to ask
        }
    }

    private static byte[] Query(string name, DnsType type, int ednsSize)
    {
        var query = new byte[300];
        var writer = new DnsWriter(query, 7, DnsHeader.RecursionDesired);
        writer.Question(name, type);
        if (ednsSize > 0) writer.Edns((ushort)ednsSize);
        return query[..writer.Finish()];
    }

    /// <summary>The code, and the owner and type of each answer, in order.</summary>
    private static string Text(ReadOnlySpan<byte> answer)
    {
        var reader = new DnsReader(answer);
        Span<byte> name = stackalloc byte[DnsName.MaxLength];
        var text = new StringBuilder($"{reader.Header.Code}");
        if (reader.Header.IsCut) text.Append(" cut");
        while (reader.NextQuestion(name, out _, out _))
        {
        }

        while (reader.NextAnswer(name, out var length, out var record)) text.Append($" {Encoding.ASCII.GetString(name[..length])}:{record.Type}");
        Assert.Equal(DnsFault.None, reader.Fault);
        return $"{text}";
    }
}
