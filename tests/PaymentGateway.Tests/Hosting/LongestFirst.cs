using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(PaymentGateway.Tests.Hosting.LongestFirst))]

namespace PaymentGateway.Tests.Hosting;

/// <summary>Begins with the classes that take minutes, so that none of them runs alone at the end while the other processors wait.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] longest =
    [
        typeof(Model.ModelTests), typeof(Checkout.BrowserTests), typeof(Checkout.ProcessorFormTests), typeof(Crash.CrashTests),
        typeof(Scale.LongHistoryTests), typeof(Conformance.ConformanceTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(collection => PlaceOf(collection))];

    private static int PlaceOf(ITestCollection collection)
    {
        var place = Array.FindIndex(longest, type => collection.TestCollectionDisplayName.Contains(type.FullName!, StringComparison.Ordinal));
        return place < 0 ? longest.Length : place;
    }
}
