using PaymentGateway.Connectors.Hdfc;

namespace PaymentGateway.Connectors;

/// <summary>The resilience around every connector. Each connector has a breaker of its own with these figures.</summary>
public sealed record ConnectorSettings
{
    /// <summary>The name of the environment setting of <see cref="Timeout"/>, in whole seconds.</summary>
    public const string TimeoutName = "CONNECTOR_TIMEOUT_SECONDS";

    /// <summary>How long a processor may take to answer one call.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Where test mode calls Stripe: its own host, or a simulator. Live mode calls its own host always.</summary>
    public ProcessorAddresses Stripe { get; init; } = Official("https://api.stripe.com");

    /// <summary>As <see cref="Stripe"/>: Square has a host of its own for its sandbox.</summary>
    public ProcessorAddresses Square { get; init; } = new(new Uri("https://connect.squareupsandbox.com"), new Uri("https://connect.squareup.com"));

    /// <summary>The same for PayPal, which has a sandbox of its own.</summary>
    public ProcessorAddresses Paypal { get; init; } = new(new Uri("https://api-m.sandbox.paypal.com"), new Uri("https://api-m.paypal.com"));

    /// <summary>
    /// The same for SmartGateway, which has several names. An account may name another; an address that is set for test mode is called
    /// whatever the account says.
    /// </summary>
    public ProcessorAddresses Hdfc { get; init; } = HdfcHosts.Families[HdfcHosts.Otherwise];

    /// <param name="url">The same host for both modes.</param>
    public static ProcessorAddresses Official(string url) => new(new Uri(url), new Uri(url));

    /// <summary>The breaker opens when this share of the calls in <see cref="BreakerWindow"/> had no answer.</summary>
    public double BreakerFailureRatio { get; init; } = 0.5;

    /// <summary>Fewer calls than this in the window say nothing about a processor's health.</summary>
    public int BreakerCallsMin { get; init; } = 20;

    public TimeSpan BreakerWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open breaker keeps calls back before one is let through to try.</summary>
    public TimeSpan BreakerPause { get; init; } = TimeSpan.FromSeconds(15);
}
