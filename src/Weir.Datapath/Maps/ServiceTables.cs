using System.Buffers.Binary;
using Weir.Datapath.Abi;
using Weir.Datapath.Interop;
using Weir.Datapath.Programs;
using Weir.Model;

namespace Weir.Datapath.Maps;

/// <summary>
/// The services in the kernel. New backends are written whole under a generation of their own, then the service points to
/// them, then those before are freed, once no packet can still be choosing among them.
/// </summary>
internal sealed class ServiceTables : IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(100);

    private readonly BpfMap<ServiceKeyAbi, ServiceAbi> _services;
    private readonly BpfMap<BackendKeyAbi, BackendAbi> _backends;
    private readonly BpfMap<TupleAbi, TranslationAbi> _translations;
    private readonly BpfMap<AffinityKeyAbi, TranslationAbi> _affinity;
    private readonly Func<uint> _next;
    private readonly TimeProvider _time;
    private readonly Dictionary<ServiceKeyAbi, (ServiceAbi Service, (IpAddress Address, ushort Port)[] Backends)> _inForce = [];
    private readonly Queue<(long Since, uint Generation, int Count)> _retired = [];

    /// <summary>Takes over what the maps hold. <paramref name="next"/> gives a generation that was never used.</summary>
    public ServiceTables(ProgramObject loaded, Func<uint> next, TimeProvider time)
    {
        (_next, _time) = (next, time);
        _services = loaded.Map<ServiceKeyAbi, ServiceAbi>("weir_services");
        _backends = loaded.Map<BackendKeyAbi, BackendAbi>("weir_backends");
        _translations = loaded.Map<TupleAbi, TranslationAbi>("weir_translations");
        _affinity = loaded.Map<AffinityKeyAbi, TranslationAbi>("weir_affinity");

        foreach (var key in _services.Keys())
        {
            if (_services.TryGet(key, out var service)) _inForce[key] = (service, Read(service));
        }

        var used = _inForce.Values.Select(held => held.Service.Generation).ToHashSet();
        foreach (var key in _backends.Keys().Where(key => !used.Contains(key.Generation))) _backends.Remove(key);
    }

    /// <summary>Puts these services in force, each whole; those that are the same stay untouched.</summary>
    /// <exception cref="DatapathException">A map is full; the services that could not be written stay as they were.</exception>
    public void Set(IReadOnlyCollection<ServiceSpec> services)
    {
        FreeRetired();
        var wanted = services.ToDictionary(KeyOf);
        var lostBackends = false;
        foreach (var key in _inForce.Keys.Where(key => !wanted.ContainsKey(key)).ToList())
        {
            _services.Remove(key);
            Retire(_inForce[key].Service);
            _inForce.Remove(key);
            lostBackends = true;
        }

        foreach (var (key, spec) in wanted) lostBackends |= Set(key, spec);
        if (lostBackends) ForgetLostBackends();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _services.Dispose();
        _backends.Dispose();
        _translations.Dispose();
        _affinity.Dispose();
    }

    /// <summary>Writes one service if it changed. Returns whether it may have lost a backend.</summary>
    private bool Set(ServiceKeyAbi key, ServiceSpec spec)
    {
        var backends = spec.Backends.Where(backend => backend.IsLocal).Concat(spec.Backends.Where(backend => !backend.IsLocal))
            .Select(backend => (backend.Address, backend.Port)).ToArray();
        if (backends.Length > ushort.MaxValue)
            throw new ArgumentException($"{spec.Frontend} port {spec.Port} has {backends.Length} backends; at most {ushort.MaxValue} can be held.", nameof(spec));

        var service = new ServiceAbi
        {
            Count = (ushort)backends.Length,
            LocalCount = (ushort)spec.Backends.Count(backend => backend.IsLocal),
            AffinityS = spec.AffinitySeconds,
            Flags = spec.LocalOnly ? ServiceAbi.External : 0,
        };
        var known = _inForce.TryGetValue(key, out var before);
        service.Generation = known ? before.Service.Generation : 0;
        if (known && service.Equals(before.Service) && backends.SequenceEqual(before.Backends)) return false;

        service.Generation = _next();
        try
        {
            for (var i = 0; i < backends.Length; i++)
            {
                _backends.Set(
                    new BackendKeyAbi { Generation = service.Generation, Index = (uint)i },
                    new BackendAbi { Address = AddressAbi.From(backends[i].Address), Port = Network(backends[i].Port) });
            }

            _services.Set(key, service);
        }
        catch
        {
            Free(service.Generation, backends.Length);
            throw;
        }

        _inForce[key] = (service, backends);
        if (!known) return false;
        Retire(before.Service);
        return true;
    }

    /// <summary>
    /// Forgets choices of backends that their service has no more. A TCP connection keeps its choice: the backend may be
    /// ending in peace, and a new connection chooses anew. A datagram would go on to nobody.
    /// </summary>
    private void ForgetLostBackends()
    {
        foreach (var key in _translations.Keys())
        {
            if (key.Protocol == (byte)IpProtocol.Tcp || !_translations.TryGet(key, out var kept)) continue;
            var service = new ServiceKeyAbi { Address = key.Dst, Port = key.DstPort, Protocol = key.Protocol };
            if (!Has(service, kept)) _translations.Remove(key);
        }

        foreach (var key in _affinity.Keys())
        {
            if (_affinity.TryGet(key, out var kept) && !Has(key.Service, kept)) _affinity.Remove(key);
        }
    }

    private bool Has(ServiceKeyAbi service, TranslationAbi kept) =>
        _inForce.TryGetValue(service, out var held) && Array.IndexOf(held.Backends, (kept.Address.ToAddress(), Network(kept.Port))) >= 0;

    private (IpAddress Address, ushort Port)[] Read(ServiceAbi service)
    {
        var backends = new List<(IpAddress, ushort)>(service.Count);
        for (uint i = 0; i < service.Count; i++)
        {
            if (_backends.TryGet(new BackendKeyAbi { Generation = service.Generation, Index = i }, out var backend))
                backends.Add((backend.Address.ToAddress(), Network(backend.Port)));
        }

        return [.. backends];
    }

    private void Retire(ServiceAbi service) => _retired.Enqueue((_time.GetTimestamp(), service.Generation, service.Count));

    private void FreeRetired()
    {
        while (_retired.TryPeek(out var oldest) && _time.GetElapsedTime(oldest.Since) > s_grace)
        {
            _retired.Dequeue();
            Free(oldest.Generation, oldest.Count);
        }
    }

    private void Free(uint generation, int count)
    {
        for (uint i = 0; i < count; i++) _backends.Remove(new BackendKeyAbi { Generation = generation, Index = i });
    }

    private static ServiceKeyAbi KeyOf(ServiceSpec spec) =>
        new() { Address = AddressAbi.From(spec.Frontend), Port = Network(spec.Port), Protocol = (byte)spec.Protocol };

    private static ushort Network(ushort port) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(port) : port;
}
