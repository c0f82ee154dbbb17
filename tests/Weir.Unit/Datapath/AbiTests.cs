using System.Reflection;
using System.Runtime.InteropServices;
using Weir.Datapath.Abi;
using Xunit;

namespace Weir.Unit.Datapath;

public sealed class AbiTests
{
    public static TheoryData<string, Type> Structs => new()
    {
        { "event", typeof(EventAbi) },
        { "config", typeof(ConfigAbi) },
        { "numbers", typeof(NumbersAbi) },
        { "ipcache_key", typeof(IpcacheKeyAbi) },
        { "ipcache_entry", typeof(IpcacheEntryAbi) },
        { "endpoint", typeof(EndpointAbi) },
        { "local_address", typeof(LocalAddressAbi) },
        { "endpoint_tables", typeof(EndpointTablesAbi) },
        { "table", typeof(TableAbi) },
        { "policy_key", typeof(PolicyKeyAbi) },
        { "range_key", typeof(RangeKeyAbi) },
        { "policy_entry", typeof(PolicyEntryAbi) },
        { "name_key", typeof(NameKeyAbi) },
        { "name_entry", typeof(NameEntryAbi) },
        { "tuple", typeof(TupleAbi) },
        { "connection", typeof(ConnectionAbi) },
        { "counter_key", typeof(CounterKeyAbi) },
        { "service_key", typeof(ServiceKeyAbi) },
        { "service", typeof(ServiceAbi) },
        { "backend_key", typeof(BackendKeyAbi) },
        { "backend", typeof(BackendAbi) },
        { "translation", typeof(TranslationAbi) },
        { "affinity_key", typeof(AffinityKeyAbi) },
        { "rule_key", typeof(RuleKeyAbi) },
        { "rule_part", typeof(RulePartAbi) },
    };

    [Theory]
    [MemberData(nameof(Structs))]
    public void Managed_structs_are_laid_out_as_the_compiler_laid_out_the_kernels(string name, Type managed)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "weir.bpf.o");
        Assert.SkipUnless(File.Exists(path), "weir.bpf.o was not built: there is no clang.");

        Assert.Equal(new BtfReader(File.ReadAllBytes(path))[name], Layout(managed));
    }

    private static string Layout(Type managed)
    {
        var fields = managed.GetFields(BindingFlags.Instance | BindingFlags.Public)
            .Select(field => $"{field.Name.ToLowerInvariant()}@{Marshal.OffsetOf(managed, field.Name)}");
        return $"{string.Join(' ', fields)} size {Marshal.SizeOf(managed)}";
    }
}
