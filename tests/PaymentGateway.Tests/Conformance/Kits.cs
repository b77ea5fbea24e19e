using PaymentGateway.Tests.Connectors.Sandbox;

namespace PaymentGateway.Tests.Conformance;

/// <summary>The connectors that the kit is run against.</summary>
internal static class Kits
{
    /// <summary>A kit starts with a processor that has not seen its keys; the sandbox is one server for all.</summary>
    public static IReadOnlyList<(string Name, Func<SandboxServer, Task<ProcessorKit>> Start)> All { get; } =
    [
        ("sandbox", server => Task.FromResult<ProcessorKit>(new SandboxKit(server))),
        ("stripe", _ => StripeKit.Start()),
        ("paypal", _ => PaypalKit.Start()),
        ("square", _ => SquareKit.Start()),
        ("hdfc", _ => HdfcKit.Start()),
    ];
}
