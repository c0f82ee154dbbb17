using System.Text;
using Weir.Workloads.Network;

namespace Weir.Workloads;

/// <summary>What a program has around it: arguments, network, files, standard streams, clock.</summary>
public sealed class AppletContext
{
    /// <summary>The arguments, without the program's name.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The only way to any other machine.</summary>
    public required INetwork Network { get; init; }

    /// <summary>Standard input.</summary>
    public Stream Input { get; init; } = Stream.Null;

    /// <summary>Standard output.</summary>
    public required Stream Output { get; init; }

    /// <summary>Standard error.</summary>
    public required Stream ErrorOutput { get; init; }

    /// <summary>Reads a file of the pod; null when there is none.</summary>
    public Func<string, byte[]?> ReadFile { get; init; } = _ => null;

    /// <summary>Makes or empties a file of the pod.</summary>
    public Func<string, Stream> CreateFile { get; init; } = path => throw new IOException($"can't open '{path}': Read-only file system");

    /// <summary>Reads an environment variable; null when it is not set.</summary>
    public Func<string, string?> Environment { get; init; } = _ => null;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Writes to standard output.</summary>
    public void Out(string text) => Output.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes to standard error.</summary>
    public void Error(string text) => ErrorOutput.Write(Encoding.UTF8.GetBytes(text));

    /// <summary>A file of the pod as text; empty when there is none.</summary>
    public string ReadText(string path) => ReadFile(path) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";

    /// <summary>The same surroundings with other arguments.</summary>
    public AppletContext With(IReadOnlyList<string> arguments) => new()
    {
        Arguments = arguments,
        Network = Network,
        Input = Input,
        Output = Output,
        ErrorOutput = ErrorOutput,
        ReadFile = ReadFile,
        CreateFile = CreateFile,
        Environment = Environment,
        Time = Time,
    };
}
