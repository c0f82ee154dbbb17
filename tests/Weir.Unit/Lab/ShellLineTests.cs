using Weir.Lab.Simulated;
using Xunit;

namespace Weir.Unit.Lab;

public sealed class ShellLineTests
{
    [Theory]
    [InlineData("nc -zv  -w2 $HOST 3002", "nc|-zv|-w2|10.0.0.1|3002")]
    [InlineData("wget \"http://${HOST}:80/a b\" '$HOST'", "wget|http://10.0.0.1:80/a b|$HOST")]
    [InlineData("curl -H '' a\\ b", "curl|-H||a b")]
    [InlineData("curl \"it's\"", "curl|it's")]
    [InlineData("nc $NONE 1", "nc|1")]
    public void A_simple_command_is_taken_apart_as_a_shell_does(string line, string words) =>
        Assert.Equal(words.Split('|'), ShellLine.Words(line, name => name == "HOST" ? "10.0.0.1" : null));

    [Theory]
    [InlineData("wget a; rm b")]
    [InlineData("wget a | cat")]
    [InlineData("wget $(hostname)")]
    [InlineData("wget `hostname`")]
    [InlineData("wget a > b")]
    [InlineData("wget 'a")]
    [InlineData("wget ${HOST")]
    [InlineData("wget a\\")]
    public void What_needs_more_of_a_shell_is_not_guessed_at(string line) => Assert.Null(ShellLine.Words(line, _ => "x"));
}
