using System.Text.Json;
using Weir.Linux;

namespace Weir.Cni;

/// <summary>One invocation of the plugin: the command comes in the environment, the configuration on standard input.</summary>
internal static class Plugin
{
    private const string Version = "1.1.0";
    private static readonly string[] s_versions = ["0.4.0", "1.0.0", "1.1.0"];

    /// <summary>Does what CNI_COMMAND says and writes the result, or an error as CNI has it.</summary>
    /// <returns>The exit code: 0, or 1 after an error.</returns>
    public static int Run(Func<string, string?> environment, Stream input, TextWriter output)
    {
        try
        {
            return Do(environment, input, output);
        }
        catch (CniException e)
        {
            return Fail(output, e.Code, e.Message);
        }
        catch (LinuxException e)
        {
            return Fail(output, CniException.Io, e.Message);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            return Fail(output, CniException.TryAgainLater, e.Message);
        }
    }

    private static int Do(Func<string, string?> environment, Stream input, TextWriter output)
    {
        var command = environment("CNI_COMMAND");
        if (command == "VERSION")
        {
            output.WriteLine(JsonSerializer.Serialize(new VersionResult(Version, s_versions), CniJson.Default.VersionResult));
            return 0;
        }

        var configuration = NetworkConfiguration.Read(input);
        if (!s_versions.Contains(configuration.CniVersion))
            throw new CniException(CniException.IncompatibleVersion, $"cniVersion is '{configuration.CniVersion}'; this plugin speaks {string.Join(", ", s_versions)}.");

        var agent = new AgentClient(configuration.AgentSocket!);
        switch (command)
        {
            case "ADD":
                var result = Attachment.Add(Request(environment), agent) with { CniVersion = configuration.CniVersion };
                output.WriteLine(JsonSerializer.Serialize(result, CniJson.Default.CniResult));
                return 0;
            case "DEL":
                Attachment.Delete(Request(environment), agent);
                return 0;
            case "CHECK":
                Attachment.Check(Request(environment), agent);
                return 0;
            case "GC":
                Attachment.CollectGarbage(configuration.ValidAttachments ?? [], agent);
                return 0;
            case "STATUS":
                agent.RequireReachable();
                return 0;
            default:
                throw new CniException(CniException.InvalidEnvironment, $"CNI_COMMAND is '{command}'; give ADD, DEL, CHECK, GC, STATUS or VERSION.");
        }
    }

    private static CniRequest Request(Func<string, string?> environment) => CniRequest.FromEnvironment(environment);

    private static int Fail(TextWriter output, uint code, string message)
    {
        output.WriteLine(JsonSerializer.Serialize(new ErrorResult(Version, code, message), CniJson.Default.ErrorResult));
        return 1;
    }
}
