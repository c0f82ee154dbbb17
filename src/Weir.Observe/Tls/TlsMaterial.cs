using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Weir.Observe.Tls;

/// <summary>Certificates as they are now on disk. Connections that are open keep the ones that they began with.</summary>
/// <remarks>
/// Files are looked at when a connection begins, at most once a second: Kubernetes replaces a secret's files by swapping a
/// link, which file watchers miss. New files that make no sense leave the last good ones in force.
/// </remarks>
public sealed class TlsMaterial
{
    private static readonly TimeSpan _between = TimeSpan.FromSeconds(1);
    private readonly TlsFiles _files;
    private readonly TimeProvider _time;
    private readonly Action<string> _report;
    private readonly Lock _gate = new();
    private Snapshot _now;
    private string _stamp;
    private long _lookedAt;

    private TlsMaterial(TlsFiles files, TimeProvider time, Action<string> report, Snapshot now, string stamp) =>
        (_files, _time, _report, _now, _stamp, _lookedAt) = (files, time, report, now, stamp, time.GetTimestamp());

    /// <summary>Reads the files.</summary>
    /// <param name="files">Where they are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="report">Told when new files cannot be used, as a sentence.</param>
    /// <exception cref="TlsException">A file is missing or makes no sense.</exception>
    public static TlsMaterial Load(TlsFiles files, TimeProvider time, Action<string> report)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(time);
        var stamp = StampOf(files);
        return new TlsMaterial(files, time, report, Read(files), stamp);
    }

    /// <summary>The newest certificates.</summary>
    public Snapshot Current
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_lookedAt) < _between) return _now;
                _lookedAt = _time.GetTimestamp();
                try
                {
                    var stamp = StampOf(_files);
                    if (stamp == _stamp) return _now;
                    _stamp = stamp;
                    _now = Read(_files);
                }
                catch (TlsException e)
                {
                    _report($"New certificates cannot be used; the last ones stay in force. {e.Message}");
                }

                return _now;
            }
        }
    }

    private static string StampOf(TlsFiles files) => string.Join('|', Names(files).Select(f =>
    {
        var file = new FileInfo(f);
        return file.Exists ? $"{(file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file).LastWriteTimeUtc.Ticks}:{file.Length}" : "-";
    }));

    private static IEnumerable<string> Names(TlsFiles files) => ((string?[])[files.CertificateFile, files.KeyFile]).OfType<string>().Concat(files.AuthorityFiles);

    private static Snapshot Read(TlsFiles files)
    {
        if (files.CertificateFile is null != files.KeyFile is null)
            throw new TlsException("A certificate needs its key, and a key its certificate: give both files or none.");
        X509Certificate2? own = null;
        X509Certificate2Collection chain = [];
        if (files is { CertificateFile: { } certificate, KeyFile: { } key })
        {
            var (certificateText, keyText) = (ReadText(certificate), ReadText(key));
            try
            {
                own = X509Certificate2.CreateFromPem(certificateText, keyText);
                chain.ImportFromPem(certificateText);
                chain.RemoveAt(0);
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                throw new TlsException($"{certificate} and {key} are no certificate and the key of it, in PEM: {e.Message}");
            }
        }

        return new Snapshot(own, chain, Authorities(files), string.Join(", ", files.AuthorityFiles));
    }

    private static X509Certificate2Collection Authorities(TlsFiles files)
    {
        X509Certificate2Collection all = [];
        foreach (var file in files.AuthorityFiles)
        {
            var before = all.Count;
            try
            {
                all.ImportFromPem(ReadText(file));
            }
            catch (CryptographicException e)
            {
                throw new TlsException($"{file} holds no CA certificates in PEM: {e.Message}");
            }

            if (all.Count == before) throw new TlsException($"{file} holds no CA certificate; it should begin with -----BEGIN CERTIFICATE-----.");
        }

        return all;
    }

    private static string ReadText(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TlsException($"{file} cannot be read: {e.Message}");
        }
    }

    /// <summary>Certificates of one moment.</summary>
    /// <param name="Own">Its own, with the key; null where it has none.</param>
    /// <param name="Chain">What stands behind its own.</param>
    /// <param name="Authorities">Whom it trusts.</param>
    /// <param name="AuthorityNames">The files that they are from, for messages.</param>
    public sealed record Snapshot(X509Certificate2? Own, X509Certificate2Collection Chain, X509Certificate2Collection Authorities, string AuthorityNames);
}
