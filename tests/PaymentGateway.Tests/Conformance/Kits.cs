namespace PaymentGateway.Tests.Conformance;

/// <summary>The connectors that the kit is run against.</summary>
internal static class Kits
{
    public static IReadOnlyList<(string Name, Func<Task<ProcessorKit>> Start)> All { get; } =
    [
        ("stripe", StripeKit.Start),
    ];
}
