using Microsoft.AspNetCore.Http;

namespace Weir.Lab.Api.Streams;

/// <summary>Which streams a client asks for; what it leaves out it does not want.</summary>
internal readonly record struct StreamChoice(bool Input, bool Output, bool Error, bool Tty)
{
    /// <summary>Reads the query of an exec or attach.</summary>
    /// <exception cref="ApiStatusException">It asks for no stream, or for a terminal with standard error apart.</exception>
    public static StreamChoice Read(IQueryCollection query)
    {
        var choice = new StreamChoice(Is("stdin"), Is("stdout"), Is("stderr"), Is("tty"));
        if (!choice.Input && !choice.Output && !choice.Error) throw ApiFaults.BadRequest("you must specify at least 1 of stdin, stdout, stderr");
        return choice.Tty && choice.Error ? throw ApiFaults.BadRequest("tty and stderr cannot both be true") : choice;

        bool Is(string name) => query[name].ToString() is "true" or "1";
    }
}
