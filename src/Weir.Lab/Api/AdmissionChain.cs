using System.Collections.Concurrent;

namespace Weir.Lab.Api;

/// <summary>Who judges the writes of which kind.</summary>
internal sealed class AdmissionChain
{
    private readonly List<Admission> _forAll = [];
    private readonly ConcurrentDictionary<string, Admission[]> _byKind = new();

    /// <summary>Adds a judge behind those already there.</summary>
    public void Add(string storeKey, Admission admission) =>
        _byKind.AddOrUpdate(storeKey, [admission], (_, before) => [.. before, admission]);

    /// <summary>Adds a judge of every kind; it is asked before the kind's own. Only before the start.</summary>
    public void AddForAll(Admission admission) => _forAll.Add(admission);

    /// <summary>Asks each in turn.</summary>
    /// <exception cref="ApiStatusException">One of them refused (422).</exception>
    public void Admit(AdmissionReview review)
    {
        foreach (var admission in _forAll.Concat(_byKind.GetValueOrDefault(review.Kind.StoreKey, [])))
        {
            var faults = admission(review);
            if (faults.Count > 0) throw ApiFaults.Invalid(review.Kind, review.Name, faults);
        }
    }
}
