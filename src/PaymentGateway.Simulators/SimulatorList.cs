using PaymentGateway.Simulators.Engine;
using PaymentGateway.Simulators.Hdfc;
using PaymentGateway.Simulators.Paypal;
using PaymentGateway.Simulators.Square;
using PaymentGateway.Simulators.Stripe;

namespace PaymentGateway.Simulators;

/// <summary>The processors that can be simulated, each with the port that it has when nothing else is said.</summary>
internal static class SimulatorList
{
    public static IReadOnlyList<(string Name, ProcessorFactory Create, int Port)> All { get; } =
    [
        ("stripe", world => new StripeProcessor(world), 12111),
        ("paypal", world => new PaypalProcessor(world), 12112),
        ("square", world => new SquareProcessor(world), 12113),
        ("hdfc", world => new HdfcProcessor(world), 12114),
    ];
}
