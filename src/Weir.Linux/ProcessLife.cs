using System.Globalization;
using System.Runtime.InteropServices;

namespace Weir.Linux;

/// <summary>Who lives, since when, and how it ends. A process is named by its id and its start, since ids come again.</summary>
public static class ProcessLife
{
    /// <summary>The signal that cannot be refused.</summary>
    public const int SigKill = 9;

    /// <summary>The signal that asks.</summary>
    public const int SigTerm = 15;

    /// <summary>Whether this process has root's privileges.</summary>
    public static bool IsRoot => OperatingSystem.IsLinux() && LibC.geteuid() == 0;

    /// <summary>The user that this process acts as; 0 is root.</summary>
    public static uint UserId => LibC.geteuid();

    /// <summary>When a process started, in clock ticks since boot; 0 when there is no such process.</summary>
    public static long StartedAt(int pid)
    {
        try
        {
            // "123 (a name) with ) S 1 ...": the name may hold anything, so count from the last parenthesis; the start is field 22.
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? 0 : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
        catch (UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Whether the process that had this id and start still runs; a zombie does not.</summary>
    public static bool IsAlive(int pid, long startedAt) => startedAt != 0 && StartedAt(pid) == startedAt;

    /// <summary>Sends a signal; false when there is no such process.</summary>
    /// <exception cref="LinuxException">It may not be signalled.</exception>
    public static bool Signal(int pid, int signal)
    {
        if (LibC.kill(pid, signal) == 0) return true;
        return Marshal.GetLastPInvokeError() == LibC.ESRCH ? false : throw LinuxException.Last($"Sending signal {signal} to process {pid}");
    }

    /// <summary>Asks the kernel to send this process a signal when the thread that started it ends.</summary>
    /// <exception cref="LinuxException">The number is no signal.</exception>
    public static void DieWithParent(int signal)
    {
        if (LibC.prctl(LibC.PR_SET_PDEATHSIG, (nuint)signal, 0, 0, 0) != 0) throw LinuxException.Last("Asking for a signal at the parent's death");
    }
}
